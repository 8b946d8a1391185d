using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Failures;

namespace Mandate.Identity.Propagation;

/// <summary>A run's verdict, made once when the run is set up, and the envelope it hands on.</summary>
/// <param name="Verdict">What became of the run's envelope.</param>
/// <param name="Envelope">The header as it arrived; null for a run that works for the system principal.</param>
internal sealed record RunIdentity(PrincipalVerdict Verdict, Payload? Envelope)
{
    /// <summary>The principal of a run that has one.</summary>
    /// <exception cref="ApplicationFailureException">It has none, which ends the workflow: no retry can change it.</exception>
    public Principal Require() => Verdict.IsAccepted
        ? Verdict.Principal
        : throw new ApplicationFailureException(
            $"The workflow is refused. {Verdict.Message} Start it through the service's API, or through a client with identity propagation.",
            errorType: IdentityFailureTypes.Refused,
            nonRetryable: true);
}
