import { offboardEverybody } from './everybody.ts';

offboardEverybody('inactive');
offboardEverybody('delete');
