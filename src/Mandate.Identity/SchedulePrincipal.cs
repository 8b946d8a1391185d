namespace Mandate.Identity;

/// <summary>
/// For whom a schedule's runs work. The schedule carries a signed statement of its owner; each run gets an envelope of its own when it is started, with the schedule as actor, since an envelope is
/// good for one root run. The owner's standing is asked each time, so a revoked owner's next run is denied.
/// </summary>
/// <param name="signer">Signs both.</param>
/// <param name="verifier">Verifies the statement.</param>
/// <param name="standing">Whether the owner may still act.</param>
public sealed class SchedulePrincipal(PrincipalSigner signer, PrincipalVerifier verifier, IPrincipalStanding standing)
{
    /// <summary>The statement that goes into the header <see cref="IdentityHeaders.Actor"/> of the schedule's action when it is created or changed.</summary>
    /// <param name="owner">Who creates it.</param>
    /// <param name="namespace">Its namespace.</param>
    /// <param name="scheduleId">Its id.</param>
    public string Own(Principal owner, string @namespace, string scheduleId) => signer.SignActor(owner, @namespace, scheduleId, WorkflowMessageKind.Schedule, "");

    /// <summary>For whom a run of the schedule works, and its envelope: the owner, with <c>schedule:&lt;id&gt;</c> as actor.</summary>
    /// <param name="statement">The schedule's statement; null when it has none.</param>
    /// <param name="namespace">Its namespace.</param>
    /// <param name="scheduleId">Its id.</param>
    /// <param name="workflowId">Workflow id of the run to be started.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>The verdict, and the envelope when it is accepted.</returns>
    public async ValueTask<(PrincipalVerdict Verdict, string? Envelope)> StartAsync(
        string? statement, string @namespace, string scheduleId, string workflowId, CancellationToken cancellation = default)
    {
        var verdict = verifier.VerifyActor(statement, @namespace, scheduleId, WorkflowMessageKind.Schedule, "");
        if (!verdict.IsAccepted)
            return (verdict, null);
        if (!await standing.MayActAsync(verdict.Principal, cancellation).ConfigureAwait(false))
            return (PrincipalVerdict.Refuse(PrincipalRefusal.Revoked), null);
        var acting = verdict.Principal with { Actor = $"schedule:{scheduleId}" };
        return (PrincipalVerdict.Accept(acting), signer.SignPrincipal(acting, @namespace, workflowId));
    }
}
