using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using Mandate.Identity;
using Mandate.Protocol.Conversion;
using Mandate.Protocol.Failures;
using Mandate.Stateful.Tree;
using Mandate.Temporal.Workflows;

namespace Mandate.Stateful;

/// <summary>
/// Base class of workflows that own children and call an API with a token. The token is set at the top and reaches every workflow below; it is rotated by the signal
/// <c>apiToken</c> or the update <c>rotateApiToken</c> and shown by the query <c>apiToken</c>, as a reference. The secret stays in the vault, and activities redeem the reference with
/// <see cref="IApiTokens"/> at the moment they call.
/// </summary>
/// <remarks>The worker needs <see cref="StatefulWorkerExtensions.AddStatefulWorkflows(Temporal.Worker.TemporalWorkerOptions, StatefulOptions)"/> and identity propagation.</remarks>
public abstract class StatefulWorkflow
{
    /// <summary>Takes the workflow's place in its tree. Called in workflow code only.</summary>
    protected StatefulWorkflow() => Node = new();

    /// <summary>The workflow's token, as the query shows it.</summary>
    [WorkflowQuery(StatefulNames.ApiToken, Description = "The API token the workflow holds: name, epoch and fingerprint, never the secret")]
    public ApiTokenInfo ApiToken => Node.Info;

    /// <summary>The API the workflow calls; null when it has none.</summary>
    [WorkflowQuery(StatefulNames.ApiUrl, Description = "The API the workflow calls")]
    public string? ApiUrl => Node.ApiUrl;

    /// <summary>The workflow's token and its direct children.</summary>
    [WorkflowQuery(StatefulNames.ApiTokenTree, Description = "The API token and the direct children that have not ended")]
    [EditorBrowsable(EditorBrowsableState.Never)]
    public ApiTokenTree ApiTokenTree => Node.Describe();

    /// <summary>How long the updates wait for the workflows below to answer. 1 min unless overridden.</summary>
    protected virtual TimeSpan AcknowledgementTimeout => TimeSpan.FromMinutes(1);

    internal TreeNode Node { get; }

    /// <summary>Sets or rotates the token. From an ancestor it is taken as it is; from outside, as the vault knows it.</summary>
    [WorkflowSignal(StatefulNames.ApiToken, Description = "A reference to a new API token", UnfinishedPolicy = HandlerUnfinishedPolicy.Abandon)]
    [RequireAncestor]
    [RequireScope(StatefulNames.RotateScope)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    public Task ReceiveApiTokenAsync(ApiTokenMessage? message)
    {
        // Anybody who may send it may send it without an argument: that must not block the workflow.
        if (message is not { Reference.IsWellFormed: true })
            TreeNode.IgnoreNoReference();
        else if (MessageSender.TryGetCurrent(out var sender) && !sender.IsWorkflow)
            Node.ReceiveFromOutside(message);
        else
            Node.ReceiveFromAncestor(message, sender is { IsParent: true, Workflow: { } parent } ? parent.RunId : null);
        return Task.CompletedTask;
    }

    /// <summary>Sets the API this workflow calls. A token is not sent to a host it is not bound to, whatever is set here.</summary>
    [WorkflowSignal(StatefulNames.ApiUrl, Description = "The API the workflow is to call")]
    [RequireAncestor]
    [RequireScope(StatefulNames.RotateScope)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    public Task ReceiveApiUrlAsync(string? url)
    {
        Node.SetApiUrl(url);
        return Task.CompletedTask;
    }

    /// <summary>Hears from a child that it, and all below it, have what this workflow sent.</summary>
    [WorkflowSignal(StatefulNames.Acknowledged, Description = "A child, and all below it, have the API token")]
    [EditorBrowsable(EditorBrowsableState.Never)]
    public Task ReceiveAcknowledgementAsync(RawPayload answer)
    {
        if (ChildAnswer.Acknowledgement(answer) is { } read)
            Node.Acknowledged(read);
        return Task.CompletedTask;
    }

    /// <summary>Hears from a child that it goes on in another run, or ends.</summary>
    [WorkflowSignal(StatefulNames.Child, Description = "A child goes on in another run, or ends", UnfinishedPolicy = HandlerUnfinishedPolicy.Abandon)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    public Task ReceiveChildNewsAsync(RawPayload news)
    {
        if (ChildAnswer.News(news) is { } read)
            Node.Heard(read);
        return Task.CompletedTask;
    }

    /// <summary>Hears that its parent has a new token, which is not for it. That this arrives tells the parent what it wants to know.</summary>
    [WorkflowSignal(StatefulNames.Parent, Description = "The parent has a new API token, which is not for this workflow")]
    [RequireAncestor]
    [EditorBrowsable(EditorBrowsableState.Never)]
    [SuppressMessage("Performance", "CA1822", Justification = "Handlers of signals are members of the workflow.")]
    public Task ReceiveParentAsync() => Task.CompletedTask;

    /// <summary>Rotates the token and waits until every workflow below has answered.</summary>
    [WorkflowUpdate(StatefulNames.RotateApiToken, Description = "Rotates the API token of this workflow and those below, and reports how many have it")]
    [RequireScope(StatefulNames.RotateScope)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    public Task<ApiTokenReport> RotateApiTokenAsync(ApiTokenRotation rotation) => Node.RotateAsync(rotation, AcknowledgementTimeout);

    /// <summary>Rejects what is no rotation.</summary>
    [WorkflowUpdateValidator(nameof(RotateApiTokenAsync))]
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void ValidateRotateApiToken(ApiTokenRotation rotation)
    {
        if (rotation is null || !(rotation.Reference.IsWellFormed ^ !string.IsNullOrWhiteSpace(rotation.Source)))
        {
            throw new ApplicationFailureException(
                "The API token is empty. Send the reference that the vault gave out (name, epoch, fingerprint), or the name of a configured source. The REST endpoint /v1/executions/{id}/api-token takes the token itself.",
                ApiTokenFailureTypes.Missing,
                nonRetryable: true);
        }
    }

    /// <summary>Revokes the token and waits until every workflow below has answered.</summary>
    [WorkflowUpdate(StatefulNames.RevokeApiToken, Description = "Revokes the API token of this workflow and those below, and reports how many know it")]
    [RequireScope(StatefulNames.RotateScope)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    public Task<ApiTokenReport> RevokeApiTokenAsync() => Node.RevokeAsync(AcknowledgementTimeout);

    /// <summary>Rejects the revocation of what is another workflow's.</summary>
    [WorkflowUpdateValidator(nameof(RevokeApiTokenAsync))]
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void ValidateRevokeApiToken() => Node.RequireOwn();

    /// <summary>Starts a child; the task ends when it has started.</summary>
    /// <param name="workflowRunCall">One call of the run method, such as <c>(SyncWorkflow wf) => wf.RunAsync(tenant)</c>.</param>
    /// <param name="options">What it gets of the token and the address; null for the parent's.</param>
    /// <exception cref="WorkflowAlreadyStartedException">A workflow with that id runs already.</exception>
    /// <exception cref="ApplicationFailureException">The child would be one of its own ancestors (<see cref="ApiTokenFailureTypes.CircularTree"/>).</exception>
    protected Task<ChildWorkflowHandle<TWorkflow, TResult>> StartChildAsync<TWorkflow, TResult>(
        Expression<Func<TWorkflow, Task<TResult>>> workflowRunCall, StatefulChildOptions? options = null) =>
        Node.Planned(options ?? new(), child => Workflow.StartChildWorkflowAsync(workflowRunCall, child));

    /// <inheritdoc cref="StartChildAsync{TWorkflow, TResult}(Expression{Func{TWorkflow, Task{TResult}}}, StatefulChildOptions?)"/>
    protected Task<ChildWorkflowHandle<TWorkflow>> StartChildAsync<TWorkflow>(Expression<Func<TWorkflow, Task>> workflowRunCall, StatefulChildOptions? options = null) =>
        Node.Planned(options ?? new(), child => Workflow.StartChildWorkflowAsync(workflowRunCall, child));

    /// <summary>Starts a child by name; the task ends when it has started.</summary>
    /// <inheritdoc cref="StartChildAsync{TWorkflow, TResult}(Expression{Func{TWorkflow, Task{TResult}}}, StatefulChildOptions?)" path="/exception"/>
    protected Task<ChildWorkflowHandle> StartChildAsync(string workflow, IReadOnlyCollection<object?> args, StatefulChildOptions? options = null) =>
        Node.Planned(options ?? new(), child => Workflow.StartChildWorkflowAsync(workflow, args, child));

    /// <summary>Starts a child and waits for its result.</summary>
    /// <inheritdoc cref="StartChildAsync{TWorkflow, TResult}(Expression{Func{TWorkflow, Task{TResult}}}, StatefulChildOptions?)" path="/exception"/>
    protected async Task<TResult> ExecuteChildAsync<TWorkflow, TResult>(Expression<Func<TWorkflow, Task<TResult>>> workflowRunCall, StatefulChildOptions? options = null)
    {
        var handle = await StartChildAsync(workflowRunCall, options).ConfigureAwait(true);
        return await handle.GetResultAsync().ConfigureAwait(true);
    }

    /// <inheritdoc cref="ExecuteChildAsync{TWorkflow, TResult}(Expression{Func{TWorkflow, Task{TResult}}}, StatefulChildOptions?)"/>
    protected async Task ExecuteChildAsync<TWorkflow>(Expression<Func<TWorkflow, Task>> workflowRunCall, StatefulChildOptions? options = null)
    {
        var handle = await StartChildAsync(workflowRunCall, options).ConfigureAwait(true);
        await handle.GetResultAsync().ConfigureAwait(true);
    }

    /// <summary>
    /// Waits until a condition on the workflow's own state is true. When the server thinks meanwhile that the history is long enough, the workflow continues as new with the arguments
    /// it was started with, so that its history stays short however long it waits and however often its token is rotated. Token, address, children and the state of
    /// <see cref="StatefulWorkflow{TState}"/> go with it; the run method begins again from its first line.
    /// </summary>
    /// <param name="conditionCheck">Called after every step of the workflow, so it is quick and changes nothing.</param>
    /// <exception cref="ContinueAsNewException">The workflow continues as new: let it leave the run method.</exception>
    protected async Task WaitOrContinueAsNewAsync(Func<bool> conditionCheck)
    {
        await Node.WaitOrLeaveAsync(conditionCheck).ConfigureAwait(true);
        if (!conditionCheck())
            throw ContinueAsNew();
    }

    /// <summary>The exception with which the run method continues as new with the arguments it was started with.</summary>
    protected internal static ContinueAsNewException ContinueAsNew() =>
        Workflow.CreateContinueAsNewException(Workflow.Info.WorkflowType, [.. OwnArgument.Without(Workflow.Info.RawArguments).Select(p => (object?)new RawPayload(p))]);

    internal virtual RawPayload? SaveState() => null;
}
