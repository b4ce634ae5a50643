import { offboardEverybody } from './everybody.ts';

offboardEverybody('inactive', 1);
offboardEverybody('delete', 2);
