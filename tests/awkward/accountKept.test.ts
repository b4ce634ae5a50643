import { offboardEverybody } from './everybody.ts';

offboardEverybody('shared', 0);
offboardEverybody('keep', 1);
