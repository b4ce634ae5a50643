/**
 * What people call the most common licenses, by Microsoft's part number
 * (learn.microsoft.com/entra/identity/users/licensing-service-plan-reference). Graph has no names.
 */
const names: Record<string, string> = {
  AAD_PREMIUM: 'Microsoft Entra ID P1',
  AAD_PREMIUM_P2: 'Microsoft Entra ID P2',
  DYN365_ENTERPRISE_SALES: 'Dynamics 365 Sales Enterprise',
  EMS: 'Enterprise Mobility + Security E3',
  EMSPREMIUM: 'Enterprise Mobility + Security E5',
  ENTERPRISEPACK: 'Office 365 E3',
  ENTERPRISEPREMIUM: 'Office 365 E5',
  EXCHANGEARCHIVE_ADDON: 'Exchange Online Archiving',
  EXCHANGEENTERPRISE: 'Exchange Online (Plan 2)',
  EXCHANGESTANDARD: 'Exchange Online (Plan 1)',
  FLOW_FREE: 'Power Automate Free',
  INTUNE_A: 'Microsoft Intune Plan 1',
  MCOEV: 'Microsoft Teams Phone Standard',
  Microsoft_365_Copilot: 'Microsoft 365 Copilot',
  O365_BUSINESS_ESSENTIALS: 'Microsoft 365 Business Basic',
  O365_BUSINESS_PREMIUM: 'Microsoft 365 Business Standard',
  POWER_BI_PRO: 'Power BI Pro',
  POWER_BI_STANDARD: 'Microsoft Fabric (Free)',
  PROJECTPREMIUM: 'Project Plan 5',
  PROJECTPROFESSIONAL: 'Project Plan 3',
  SPB: 'Microsoft 365 Business Premium',
  SPE_E3: 'Microsoft 365 E3',
  SPE_E5: 'Microsoft 365 E5',
  SPE_F1: 'Microsoft 365 F3',
  STANDARDPACK: 'Office 365 E1',
  TEAMS_EXPLORATORY: 'Microsoft Teams Exploratory',
  VISIOCLIENT: 'Visio Plan 2',
  VISIO_PLAN1_DEPT: 'Visio Plan 1',
  WIN_DEF_ATP: 'Microsoft Defender for Endpoint',
};

export const skuName = (partNumber: string): string => names[partNumber] ?? partNumber;
