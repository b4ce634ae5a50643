/** An answer that is an error, as Exchange Online's admin API gives it. */
export class ExchangeError extends Error {
  override name = 'ExchangeError';
  readonly status: number;
  readonly code: string;
  /** Exchange's exception, with its namespace; absent where the gateway refuses before any cmdlet runs. */
  readonly exception: string | undefined;
  readonly headers: Record<string, string>;

  constructor(status: number, code: string, message: string, exception?: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.exception = exception;
    this.headers = headers;
  }
}

const server = 'AM6PR10A003DC01.EURPR10A003.PROD.OUTLOOK.COM';

export const objectNotFound = (what: string) =>
  new ExchangeError(
    404,
    'NotFound',
    `The operation couldn't be performed because object '${what}' couldn't be found on '${server}'.`,
    'Ex6F9304|Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException',
  );

export const ambiguous = (what: string) =>
  new ExchangeError(
    400,
    'BadRequest',
    `The operation couldn't be performed because '${what}' matches multiple entries.`,
    'Ex9E65A2|Microsoft.Exchange.Configuration.Tasks.ManagementObjectAmbiguousException',
  );

export const refused = (message: string, exception = 'Microsoft.Exchange.Configuration.Tasks.RecipientTaskException') =>
  new ExchangeError(400, 'BadRequest', message, `Ex1F8D94|${exception}`);

export const parameterError = (message: string) =>
  refused(message, 'System.Management.Automation.ParameterBindingException');

export const forbidden = (message: string) =>
  new ExchangeError(
    403,
    'Forbidden',
    message,
    'ExBA1C47|Microsoft.Exchange.Configuration.Tasks.CmdletAccessDeniedException',
  );

export const mastered = (cmdlet: string, parameters: string, what: string) =>
  refused(
    `The operation on mailbox "${what}" failed because it's out of the current user's write scope. The action '${cmdlet}', '${parameters}', can't be performed on the object '${what}' because the object is being synchronized from your on-premises organization. This action should be performed on the object in your on-premises organization.`,
    'Microsoft.Exchange.Data.Directory.ADServerSettings.InvalidOperationOnSynchronizedObjectException',
  );

/** The places where clients look for the text: details, innererror, message. */
export function exchangeErrorBody({ code, message, exception }: ExchangeError): unknown {
  if (exception === undefined) return { error: { code, message } };
  const [, type = ''] = exception.split('|');
  return {
    error: {
      code,
      message: `Error executing request. ${message}`,
      details: [{ code: 'Context', target: '', message: `${exception}|${message}` }],
      innererror: {
        message: 'Error executing cmdlet',
        type: 'Microsoft.Exchange.Admin.OData.Core.ODataServiceException',
        stacktrace: '',
        internalexception: { message, type, stacktrace: '' },
      },
    },
    '@adminapi.warnings': [],
  };
}
