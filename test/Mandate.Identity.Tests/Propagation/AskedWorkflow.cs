using Mandate.Temporal.Workflows;

namespace Mandate.Identity.Tests.Propagation;

/// <summary>Tells who told or asked it something.</summary>
[Workflow]
public sealed class AskedWorkflow
{
    private readonly List<string> _told = [];

    [WorkflowRun]
    public async Task<List<string>> RunAsync(int children, int messages)
    {
        if (MessageSender.TryGetCurrent(out _))
            throw new InvalidOperationException("There is no sender outside a handler.");
        if (children > 0)
        {
            var child = await Workflow.StartChildWorkflowAsync((AskedWorkflow wf) => wf.RunAsync(children - 1, messages), new() { Id = $"{Workflow.Info.WorkflowId}/child" });
            await child.SignalAsync(wf => wf.TellAsync("down"));
            return await child.GetResultAsync();
        }

        await Workflow.WaitConditionAsync(() => _told.Count >= messages);
        return _told;
    }

    [WorkflowSignal]
    public Task TellAsync(string what)
    {
        _told.Add($"{what} {Describe(MessageSender.Current)}");
        return Task.CompletedTask;
    }

    [WorkflowUpdate]
    public Task<string> ChangeAsync() => Task.FromResult(Describe(MessageSender.Current));

    [WorkflowQuery]
    public string Ask() => Describe(MessageSender.Current);

    [WorkflowQuery]
    public IReadOnlyList<string> Told() => _told;

    private static string Describe(MessageSender sender) =>
        $"{sender.Principal} [{string.Join(' ', sender.Principal.Scopes)}] workflow={sender.Workflow?.WorkflowId ?? "-"} root={sender.RootWorkflowId ?? "-"} tree={sender.IsOfSameTree} parent={sender.IsParent} top={sender.IsRoot}";
}
