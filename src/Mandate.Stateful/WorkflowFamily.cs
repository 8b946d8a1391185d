using Mandate.Credentials.Vault;
using Mandate.Identity;
using Mandate.Protocol;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Stateful.Sealing;

namespace Mandate.Stateful;

/// <summary>Which workflow of a tree is whose child, as the engine knows it: workers are not asked.</summary>
/// <param name="engine">Answers questions about runs.</param>
/// <param name="verifier">Verifies principals.</param>
/// <param name="namespace">Namespace of the runs.</param>
public sealed class WorkflowFamily(RpcHandler engine, PrincipalVerifier verifier, string @namespace)
{
    private readonly TargetRuns _targets = new(engine, verifier);

    /// <summary>Whether a workflow of the tree has an id, running or ended.</summary>
    /// <exception cref="CredentialException">The engine cannot be asked now.</exception>
    internal async Task<bool> IsMemberAsync(CredentialOwner owner, string workflowId, CancellationToken cancellation) =>
        await FindAsync(owner, workflowId, cancellation).ConfigureAwait(false) is not null;

    /// <inheritdoc cref="ChildRuns"/>
    internal async Task<ChildLife> RunsAsync(CredentialOwner owner, string child, string parent, DateTimeOffset since, CancellationToken cancellation) =>
        await FindAsync(owner, child, cancellation).ConfigureAwait(false) is not { ParentExecution: { } known } info || known.WorkflowId != parent ? ChildLife.Nobodys
        : info.Status is WorkflowExecutionStatus.Running ? ChildLife.Runs
        : info.StartTime?.ToDateTimeOffset() >= since ? ChildLife.HasRun
        : ChildLife.Nobodys;

    /// <summary>What an id is to a workflow that is about to give part of its token to a child of that id.</summary>
    /// <exception cref="CredentialException">The engine cannot be asked now.</exception>
    internal async Task<ChildKinship> OfAsync(CredentialOwner owner, string parent, string child, CancellationToken cancellation)
    {
        if (child == owner.Tree)
            return ChildKinship.Anothers;
        if (await FindAsync(owner, child, cancellation).ConfigureAwait(false) is not { } known)
            return ChildKinship.Free;
        if (known.Status is WorkflowExecutionStatus.Running)
            return known.ParentExecution?.WorkflowId == parent ? ChildKinship.Runs : ChildKinship.Anothers;
        // Not described: of a parent that would be with all its children, for each of them.
        var isAncestor = await AskAsync(async () => await _targets.FindAsync(@namespace, new() { WorkflowId = parent }, cancellation).ConfigureAwait(false) is { } asking
            && asking.Owner.Tree == owner.Tree && await _targets.DescendsFromAsync(@namespace, asking, child, cancellation).ConfigureAwait(false)).ConfigureAwait(false);
        return isAncestor ? ChildKinship.Anothers : ChildKinship.Free;
    }

    private async Task<Protocol.Api.Workflow.V1.WorkflowExecutionInfo?> FindAsync(CredentialOwner owner, string workflowId, CancellationToken cancellation) =>
        await AskAsync(async () => await _targets.DescribeAsync(@namespace, new WorkflowExecution { WorkflowId = workflowId }, cancellation).ConfigureAwait(false) is { } info
            && await _targets.TreeOfAsync(@namespace, info, cancellation).ConfigureAwait(false) == owner.Tree ? info : null).ConfigureAwait(false);

    private static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (RpcException e)
        {
            throw new CredentialException(CredentialErrorKind.Unavailable, $"It cannot be told now whose child a workflow is ({e.Code}). Try again.", e);
        }
    }
}
