using Mandate.Protocol.Api.Failure.V1;

namespace Mandate.Protocol.Failures;

/// <summary>A failure as received, with the message and stack trace a person may read.</summary>
internal readonly record struct ReceivedFailure(Failure Failure, string Message, string StackTrace);
