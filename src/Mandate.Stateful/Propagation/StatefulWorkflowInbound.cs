using System.Reflection;
using System.Runtime.ExceptionServices;
using Mandate.Identity;
using Mandate.Protocol.Conversion;
using Mandate.Protocol.Failures;
using Mandate.Stateful.Tree;
using Mandate.Temporal.Interceptors;
using Mandate.Temporal.Workflows;
using Microsoft.Extensions.Logging;

namespace Mandate.Stateful.Propagation;

/// <summary>Lets messages in as their handlers' rules say, and carries the tree from run to run.</summary>
internal sealed partial class StatefulWorkflowInbound(WorkflowInboundInterceptor next, StatefulOptions options, SenderRules rules) : WorkflowInboundInterceptor(next)
{
    /// <summary>How often a run that continues waits for denials that came while it waited for those before: a flood of them must not keep it.</summary>
    private const int MostWaitsForDenials = 10;

    private readonly ILogger _logger = options.LoggerFactory.CreateLogger<StatefulWorkerInterceptor>();
    private readonly DenialLog _denials = new(options.LoggerFactory);
    private StatefulWorkflowOutbound _outbound = null!;
    private TreeSnapshot? _lineage;

    /// <summary>What a workflow of any kind hands on of its place: its ancestors, and whether it is in a tree.</summary>
    private TreeSnapshot Lineage => _lineage ??= LineageOf(Workflow.Info);

    public override void Init(WorkflowOutboundInterceptor outbound)
    {
        _outbound = new StatefulWorkflowOutbound(outbound, () => Lineage);
        base.Init(_outbound);
    }

    public override async Task<object?> ExecuteWorkflowAsync(ExecuteWorkflowInput input)
    {
        try
        {
            var result = await ExecuteAsync(input).ConfigureAwait(true);
            await _denials.SettleAsync().ConfigureAwait(true);
            return result;
        }
        catch (ContinueAsNewException) when (input.Instance is StatefulWorkflow)
        {
            // What goes to the next run is written down already: from here on nothing may be waited for.
            throw;
        }
        catch (Exception e) when (e is ContinueAsNewException || Workflow.FailsRun(e))
        {
            await _denials.SettleAsync().ConfigureAwait(true);
            throw;
        }
    }

    private async Task<object?> ExecuteAsync(ExecuteWorkflowInput input)
    {
        if (input.Instance is not StatefulWorkflow workflow)
            return await base.ExecuteWorkflowAsync(input).ConfigureAwait(true);
        workflow.Node.Begin(input.Args);
        var (result, failure) = (default(object), default(Exception));
        try
        {
            result = await (workflow.Node.PendingEnd?.EndAsync() ?? base.ExecuteWorkflowAsync(input)).ConfigureAwait(true);
        }
        catch (ContinueAsNewException continued)
        {
            await LeaveAsync(workflow.Node).ConfigureAwait(true);
            throw _outbound.Continue(continued.Input, workflow, input.RunMethod);
        }
        catch (Exception e) when (Workflow.FailsRun(e))
        {
            failure = e;
        }

        if (!await workflow.Node.EndAsync(failure).ConfigureAwait(true))
        {
            await LeaveAsync(workflow.Node).ConfigureAwait(true);
            throw _outbound.Continue(StatefulWorkflow.ContinueAsNew().Input, workflow, input.RunMethod, PendingEnd.Of(result, failure));
        }

        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
        return result;
    }

    /// <summary>Ends what is under way. Whatever arrives in these waits is in what the next run gets, which is written down right after the last look.</summary>
    private async Task LeaveAsync(TreeNode node)
    {
        for (var waits = 0; !node.HasLeft || (!_denials.IsSettled && waits < MostWaitsForDenials); waits++)
        {
            await node.LeaveAsync().ConfigureAwait(true);
            await _denials.SettleAsync().ConfigureAwait(true);
        }
    }

    public override async Task HandleSignalAsync(HandleSignalInput input)
    {
        if (Refuse(input.Definition.Method, out var sender) is not { } reason)
        {
            await base.HandleSignalAsync(input).ConfigureAwait(true);
            return;
        }

        if (!Workflow.Unsafe.IsReplaying)
            LogDenied("signal", input.Signal, Workflow.Info.WorkflowId, reason);
        _denials.Add(Describe("signal", input.Signal, sender, reason));
    }

    public override void ValidateUpdate(HandleUpdateInput input)
    {
        if (Refuse(input.Definition.Method, out var sender) is { } reason)
        {
            LogDenied("update", input.Update, Workflow.Info.WorkflowId, reason);
            Record(Describe("update", input.Update, sender, reason));
            throw new ApplicationFailureException($"The update is denied: {reason}.", ApiTokenFailureTypes.Denied, nonRetryable: true);
        }

        base.ValidateUpdate(input);
    }

    private string? Refuse(MethodInfo handler, out MessageSender? sender)
    {
        MessageSender.TryGetCurrent(out sender);
        if (IsChildAnswer(handler) && sender is { IsWorkflow: true, Workflow: null } && !rules.AllowUnstated)
            return "which workflow sent it is not stated";
        return rules.Of(handler)?.Refuse(sender, Lineage.Ancestors, Ancestry.RootOf(Workflow.Info), rules.AllowUnstated);
    }

    private static TreeSnapshot LineageOf(WorkflowInfo info)
    {
        var snapshot = TreePayload.ReadTree(info.Headers, withChildren: false);
        return new() { Ancestors = Ancestry.Of(info, snapshot), IsInTree = info.Parent is not null && snapshot?.IsInTree == true };
    }

    /// <summary>Whether it is one of the signals that children send, and nobody else.</summary>
    private static bool IsChildAnswer(MethodInfo handler) =>
        handler.DeclaringType == typeof(StatefulWorkflow) && handler.Name is nameof(StatefulWorkflow.ReceiveAcknowledgementAsync) or nameof(StatefulWorkflow.ReceiveChildNewsAsync);

    /// <summary>A validator leaves nothing behind in the workflow, and is not run again on replay: so its denial is recorded from here.</summary>
    private void Record(Denial denial)
    {
        if (!Principal.TryGetCurrent(out var principal))
            return;
        var request = new ApiTokenRequest(principal, Envelope: EnvelopeHeader.Read(Workflow.Info.Headers), Workflow.Info.WorkflowId, Workflow.Info.RunId, Activity: "");
        Workflow.Unsafe.WithoutWatching(() => ThreadPool.UnsafeQueueUserWorkItem(static state => _ = state.Self.RecordAsync(state.Request, state.Denial), (Self: this, Request: request, Denial: denial), preferLocal: false));
    }

    private async Task RecordAsync(ApiTokenRequest request, Denial denial)
    {
        try
        {
            await options.Authority.RecordDenialAsync(request, denial, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogNotRecorded(denial.Kind, denial.Name, request.WorkflowId, e);
        }
    }

    private static Denial Describe(string kind, string name, MessageSender? sender, string reason)
    {
        var (type, id) = sender switch
        {
            null => ("unknown", ""),
            { Workflow: { } workflow } => ("workflow", workflow.WorkflowId),
            { IsWorkflow: true } => ("workflow", ""),
            _ => ("user", sender.Principal.UserId),
        };
        return new(kind, name, type, id, reason);
    }

    [LoggerMessage(EventId = 1, EventName = "MessageDenied", Level = LogLevel.Warning, Message = "The {Kind} '{Name}' to workflow {WorkflowId} is denied: {Reason}")]
    private partial void LogDenied(string kind, string name, string workflowId, string reason);

    [LoggerMessage(EventId = 2, EventName = "DenialNotRecorded", Level = LogLevel.Error, Message = "That the {Kind} '{Name}' to workflow {WorkflowId} was denied could not be recorded")]
    private partial void LogNotRecorded(string kind, string name, string workflowId, Exception e);
}
