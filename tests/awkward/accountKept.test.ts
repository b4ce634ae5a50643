import { offboardEverybody } from './everybody.ts';

offboardEverybody('shared');
offboardEverybody('keep', 0);
