/** An EC2 error answer: its code is the exception's name in the SDK. */
export class Ec2Failure extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}
