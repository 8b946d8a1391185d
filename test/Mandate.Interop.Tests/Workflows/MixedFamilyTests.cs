using Mandate.Interop.Tests.CSharp;
using Mandate.Interop.Tests.Harness;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Workflows;

/// <summary>A workflow whose child runs on a worker of the other language.</summary>
public sealed class MixedFamilyTests(TypeScriptDriver typeScript, ITestOutputHelper output) : InteropTest(typeScript, output)
{
    private readonly TypeScriptWorkers _typeScript = new(typeScript);
    private readonly CSharpWorkers _csharp = new();

    protected override IWorkerSide Workers => _typeScript;

    [Fact]
    public async Task Child_InCSharpOfATypeScriptParent_ItsResultArrives() => await RunFamilyAsync(_typeScript, _csharp);

    [Fact]
    public async Task Child_InTypeScriptOfACSharpParent_ItsResultArrives() => await RunFamilyAsync(_csharp, _typeScript);

    [Theory]
    [InlineData(TypeScriptWorkers.TaskQueue, CSharpWorkers.TaskQueue)]
    [InlineData(CSharpWorkers.TaskQueue, TypeScriptWorkers.TaskQueue)]
    public async Task Child_FailsInTheOtherLanguage_TheParentsFailureNamesItsCause(string parent, string child)
    {
        await StartBothAsync();
        Track(await Client.StartAsync("parent", WorkflowId, parent, ["failForGood", child, "broken"]));

        var e = await Should.ThrowAsync<SdkException>(() => Client.ResultAsync<string>(WorkflowId));

        e.Error.Chain().Select(c => c.Name).ShouldBe(["WorkflowFailedError", "ChildWorkflowFailure", "ApplicationFailure"]);
        (e.Error.Chain().Last().Message, e.Error.Chain().Last().Type).ShouldBe(("broken", "ForGood"));
    }

    private async Task RunFamilyAsync(IWorkerSide parent, IWorkerSide child)
    {
        await StartBothAsync();
        var run = Track(await Client.StartAsync("parent", WorkflowId, parent.Queue, ["greet", child.Queue, "Ada"]));

        (await Client.ResultAsync<string>(WorkflowId)).ShouldBe("parent of Hello, Ada!");
        var description = await Client.DescribeAsync($"{WorkflowId}/child");
        (description.TaskQueue, description.ParentExecution).ShouldBe((child.Queue, run));
    }

    private async Task StartBothAsync()
    {
        Keep(await _typeScript.StartAsync(Address));
        Keep(await _csharp.StartAsync(Address));
    }
}
