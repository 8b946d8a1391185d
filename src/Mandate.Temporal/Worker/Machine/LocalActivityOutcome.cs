using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Failure.V1;

namespace Mandate.Temporal.Worker.Machine;

/// <summary>How a local activity ended: with a result, with a failure, or to be tried again after a timer.</summary>
internal sealed record LocalActivityOutcome(uint Attempt, Payloads? Result, Failure? Failure, LocalRetry? Retry);
