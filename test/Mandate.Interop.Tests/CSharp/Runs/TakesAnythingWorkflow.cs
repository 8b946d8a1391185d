using System.Text.Json;
using Mandate.Protocol.Conversion;
using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

/// <summary>Takes whatever comes: signals, queries and updates without a handler of their own.</summary>
[Workflow("takesAnything")]
public sealed class TakesAnythingWorkflow
{
    private readonly List<string> _seen = [];
    private bool _finished;

    [WorkflowRun]
    public async Task<string[]> RunAsync()
    {
        await Workflow.WaitConditionAsync(() => _finished);
        return [.. _seen];
    }

    [WorkflowSignal("finish")]
    public Task FinishAsync()
    {
        _finished = true;
        return Task.CompletedTask;
    }

    [WorkflowSignal(Dynamic = true)]
    public Task SignalAsync(string name, RawPayload[] args)
    {
        _seen.Add($"{name}:{Text(args)}");
        return Task.CompletedTask;
    }

    [WorkflowUpdate(Dynamic = true)]
    public Task<int> UpdateAsync(string name, RawPayload[] args)
    {
        _seen.Add($"{name}!{Text(args)}");
        return Task.FromResult(_seen.Count);
    }

    [WorkflowQuery(Dynamic = true)]
    public string Query(string name, RawPayload[] args) => $"{name}?{Text(args)} {_seen.Count}";

    private static string Text(RawPayload[] args) => string.Join(',', args.Select(a => Workflow.PayloadConverter.ToValue<JsonElement>(a.Payload)));
}
