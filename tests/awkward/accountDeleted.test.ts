import { offboardEverybody } from './everybody.ts';

offboardEverybody('inactive', 2);
offboardEverybody('delete', 3);
