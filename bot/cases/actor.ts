/** Who sent the signed activity. Nothing else says who somebody is. */
export interface Actor {
  /** Microsoft Entra object id, lower case. */
  id: string;
  name: string;
}
