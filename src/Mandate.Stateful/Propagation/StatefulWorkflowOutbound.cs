using System.Reflection;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Stateful.Activities;
using Mandate.Stateful.Tree;
using Mandate.Temporal.Interceptors;
using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Propagation;

/// <summary>
/// Gives activities the workflow's reference, children their place in the tree, and the next run what this one knows. Workflows that are not stateful hand on who is above them, so that a tree is known as one
/// also below them.
/// </summary>
internal sealed class StatefulWorkflowOutbound(WorkflowOutboundInterceptor next, Func<TreeSnapshot> lineage) : WorkflowOutboundInterceptor(next)
{
    private HeldToken? _stampedToken;
    private string? _stampedUrl;
    private Payload? _stamp;

    private static TreeNode? Node => (Workflow.Instance as StatefulWorkflow)?.Node;

    public override Task<TResult> ScheduleActivityAsync<TResult>(ScheduleActivityInput input) =>
        base.ScheduleActivityAsync<TResult>(input with { Headers = Stamp(input.Headers) });

    public override Task<TResult> ScheduleLocalActivityAsync<TResult>(ScheduleLocalActivityInput input) =>
        base.ScheduleLocalActivityAsync<TResult>(input with { Headers = Stamp(input.Headers) });

    public override Task<ChildWorkflowHandle<TWorkflow, TResult>> StartChildWorkflowAsync<TWorkflow, TResult>(StartChildWorkflowInput input) =>
        Node is { } node ? node.StartAsync(input, base.StartChildWorkflowAsync<TWorkflow, TResult>) : StartBelowPlainAsync<TWorkflow, TResult>(input);

    public override ContinueAsNewException CreateContinueAsNewException(CreateContinueAsNewExceptionInput input)
    {
        // A stateful workflow's is made anew when it leaves the run method.
        return base.CreateContinueAsNewException(Node is null && lineage() is { Ancestors.Count: > 0 } own ? input with { Headers = With(input.Headers, own) } : input);
    }

    /// <summary>Continues with the tree, and what is the workflow's own behind the arguments: its state, and what it ends with where its run method is through.</summary>
    public ContinueAsNewException Continue(CreateContinueAsNewExceptionInput input, StatefulWorkflow workflow, MethodInfo runMethod, PendingEnd? end = null)
    {
        var arguments = input.Args;
        List<object?> own = [];
        if (workflow.SaveState() is { } state)
            own.Add(state);
        if (end?.Content is { } content)
            own.Add(OwnArgument.Mark(content, OwnArgument.End));
        if (own.Count > 0)
            arguments = [.. arguments, .. runMethod.GetParameters().Skip(arguments.Count).Select(p => p.HasDefaultValue ? p.DefaultValue : null), .. own];
        return base.CreateContinueAsNewException(input with { Args = arguments, Headers = With(input.Headers, workflow.Node.ToSnapshot() with { PendingEnd = end?.Kind ?? EndKind.None }) });
    }

    private async Task<ChildWorkflowHandle<TWorkflow, TResult>> StartBelowPlainAsync<TWorkflow, TResult>(StartChildWorkflowInput input)
    {
        var own = lineage();
        if (own.IsInTree && input.Options.Id is { } id)
            Ancestry.RefuseCircle(id, own.Ancestors);
        return await base.StartChildWorkflowAsync<TWorkflow, TResult>(input with { Headers = With(input.Headers, own with { Ancestors = [.. own.Ancestors, Workflow.Info.WorkflowId] }) }).ConfigureAwait(true);
    }

    private static Dictionary<string, Payload> With(IReadOnlyDictionary<string, Payload>? headers, TreeSnapshot handedOn) =>
        new(headers ?? new Dictionary<string, Payload>(), StringComparer.Ordinal) { [StatefulNames.TreeHeader] = TreePayload.WriteTree(handedOn) };

    private IReadOnlyDictionary<string, Payload>? Stamp(IReadOnlyDictionary<string, Payload>? headers)
    {
        if (Node is not { } node || (node.Token is null && node.ApiUrl is null))
            return headers;
        if (_stamp is null || _stampedToken != node.Token || _stampedUrl != node.ApiUrl)
            (_stamp, _stampedToken, _stampedUrl) = (TreePayload.Write(new ActivityToken { Token = node.Token, ApiUrl = node.ApiUrl }), node.Token, node.ApiUrl);
        return new Dictionary<string, Payload>(headers ?? new Dictionary<string, Payload>(), StringComparer.Ordinal) { [StatefulNames.TokenHeader] = _stamp };
    }
}
