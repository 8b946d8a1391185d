using Mandate.Credentials.Vault;
using Mandate.Protocol.Failures;
using Mandate.Temporal.Common;
using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tests.Workflows;

/// <summary>A node of a tree: starts its children, then waits to be told what to do.</summary>
[Workflow]
public sealed class NodeWorkflow : StatefulWorkflow
{
    private static readonly RetryPolicy Thrice = new() { InitialInterval = TimeSpan.FromMilliseconds(20), MaximumAttempts = 3 };

    private bool _isDone;
    private bool _continues;
    private string? _refusal;
    private TimeSpan? _answerWithin;

    /// <summary>Why the last child was not started.</summary>
    [WorkflowQuery]
    public string? Refusal => _refusal;

    /// <summary>Runs so far, by run id.</summary>
    [WorkflowQuery]
    public string RunId { get; } = Workflow.Info.RunId;

    protected override TimeSpan AcknowledgementTimeout => _answerWithin ?? base.AcknowledgementTimeout;

    [WorkflowRun]
    public async Task RunAsync(NodePlan plan)
    {
        _answerWithin = plan.AnswerWithin;
        if (Workflow.Info.ContinuedRunId is null && plan.Depth > 0)
            await Workflow.WhenAllAsync(Enumerable.Range(0, plan.Fanout).Select(i => StartAsync(plan, i)));
        await WaitOrContinueAsNewAsync(() => _isDone || _continues);
        if (_continues)
            throw ContinueAsNew();
    }

    [WorkflowSignal]
    public Task FinishAsync()
    {
        _isDone = true;
        return Task.CompletedTask;
    }

    [WorkflowSignal]
    public Task ContinueAsync()
    {
        _continues = true;
        return Task.CompletedTask;
    }

    [WorkflowSignal]
    public async Task AddChildAsync(ChildRequest child)
    {
        try
        {
            await StartChildAsync(child.Workflow ?? nameof(NodeWorkflow), child.Workflow switch { nameof(OwnArgumentsWorkflow) => [0], nameof(PlainWorkflow) or nameof(MovingWorkflow) => [], _ => [new NodePlan()] }, new()
            {
                ApiToken = child.Policy,
                WhenParentEnds = child.WhenParentEnds,
                ApiUrl = child.ApiUrl is { } url ? new Uri(url) : null,
                OwnTokenSource = child.OwnTokenSource,
                Hosts = child.Hosts is { } hosts ? AllowedHosts.Parse(hosts) : null,
                Workflow = new() { Id = child.Id, TaskQueue = child.TaskQueue, RetryPolicy = child.IsRetried ? new() { InitialInterval = TimeSpan.FromMilliseconds(50) } : null },
            });
        }
        catch (ApplicationFailureException e)
        {
            _refusal = $"{e.ErrorType}: {e.Message}";
        }
        catch (WorkflowAlreadyStartedException e)
        {
            _refusal = e.Message;
        }
    }

    [WorkflowSignal]
    public Task AddChildrenAsync(string prefix, int count) => Workflow.WhenAllAsync(Enumerable.Range(0, count).Select(i => StartChildAsync((NodeWorkflow wf) => wf.RunAsync(new NodePlan()), new() { Workflow = new() { Id = $"{prefix}/{i}" } })));

    /// <summary>Sends an API token to a workflow that it may not be an ancestor of.</summary>
    [WorkflowSignal]
    public Task TellAsync(string target, ApiTokenMessage message) => Workflow.GetExternalWorkflowHandle(target).SignalAsync(StatefulNames.ApiToken, [message]);

    /// <summary>Has an activity call the API; the answer is the path it called.</summary>
    [WorkflowUpdate]
    public Task<string> CallAsync() => Workflow.ExecuteActivityAsync(
        (CallActivities a) => a.CallAsync(Workflow.Info.WorkflowId),
        new() { StartToCloseTimeout = TimeSpan.FromMinutes(1), RetryPolicy = Thrice });

    [WorkflowUpdate]
    public Task<string> CallLocallyAsync() => Workflow.ExecuteLocalActivityAsync(
        (CallActivities a) => a.CallAsync(Workflow.Info.WorkflowId),
        new() { StartToCloseTimeout = TimeSpan.FromMinutes(1), RetryPolicy = Thrice });

    [WorkflowUpdate]
    public Task<string> CallTwiceAsync() => Workflow.ExecuteActivityAsync(
        (CallActivities a) => a.CallTwiceAsync(Workflow.Info.WorkflowId),
        new() { StartToCloseTimeout = TimeSpan.FromMinutes(1), RetryPolicy = Thrice });

    private Task<ChildWorkflowHandle<NodeWorkflow>> StartAsync(NodePlan plan, int number)
    {
        var policy = plan.Policies.GetValueOrDefault(number);
        return StartChildAsync((NodeWorkflow wf) => wf.RunAsync(new NodePlan { Depth = plan.Depth - 1, Fanout = plan.Fanout }), new()
        {
            ApiToken = policy,
            OwnToken = policy is ApiTokenPolicy.Override ? plan.OwnToken : null,
            Hosts = policy is ApiTokenPolicy.Downscope && plan.Hosts.Count > 0 ? AllowedHosts.Parse(plan.Hosts) : null,
            Scopes = policy is ApiTokenPolicy.Downscope ? plan.Scopes : [],
            Workflow = new() { Id = $"{Workflow.Info.WorkflowId}/{number}" },
        });
    }
}
