/** An answer that is a Kubernetes Status (meta/v1) instead of an object. */
export class ApiFailure extends Error {
  readonly code: number;
  readonly reason: string | undefined;
  readonly details: object | undefined;

  constructor(code: number, reason: string | undefined, message: string, details?: object) {
    super(message);
    this.name = 'ApiFailure';
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  toStatus(): object {
    const { code, reason, message, details } = this;
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      ...(reason === undefined ? {} : { reason }),
      ...(details === undefined ? {} : { details }),
      code,
    };
  }
}

export function notFound(resource: string, name: string): ApiFailure {
  return new ApiFailure(404, 'NotFound', `${resource} "${name}" not found`, { name, kind: resource });
}

export function conflict(name: string): ApiFailure {
  return new ApiFailure(
    409,
    'Conflict',
    `Operation cannot be fulfilled on nodes "${name}": the object has been modified; please apply your changes to the latest version and try again`,
    { name, kind: 'nodes' },
  );
}

export function invalid(kind: string, name: string, field: string, message: string): ApiFailure {
  return new ApiFailure(422, 'Invalid', `${kind} "${name}" is invalid: ${field}: ${message}`, {
    name,
    kind,
    causes: [{ reason: 'FieldValueInvalid', message, field }],
  });
}

export function badRequest(message: string): ApiFailure {
  return new ApiFailure(400, 'BadRequest', message);
}

export function methodNotAllowed(): ApiFailure {
  return new ApiFailure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
}
