/** An error with its causes as JSON: class, message and the fields the tests look at. */
export function describeError(e) {
  if (!(e instanceof Error)) return { name: 'NotAnError', message: String(e) };
  const { code, details, type, nonRetryable, activityType, workflowType, retryState, timeoutType, newExecutionRunId, lastHeartbeatDetails, stack } = e;
  return {
    name: e.constructor.name, message: e.message, code, details: code === undefined ? details : undefined, type, nonRetryable, activityType, workflowType,
    retryState, timeoutType, newExecutionRunId, lastHeartbeatDetails, stack, cause: e.cause ? describeError(e.cause) : undefined,
  };
}
