using Mandate.Audit;
using Mandate.Credentials.Vault;
using Mandate.Identity;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Stateful.Tests.Harness;

namespace Mandate.Stateful.Tests.Sealing;

/// <summary>Which workflows can have a token in clear set for which others.</summary>
public sealed class SendingWorkflowTests
{
    private const string Evil = """{"token":"evil-secret-of-a-child","hosts":["evil.example"]}""";

    [Theory]
    [InlineData("root/1", "root", "root")]
    [InlineData("root/1", "root", "root/0")]
    [InlineData("root/0/0", "root", "root/0")]
    [InlineData("root/0", "root", "root/0")]
    [InlineData("root/1", "root", "root/0/0")]
    [InlineData("stranger", "stranger", "root/0")]
    [InlineData("root", "elsewhere", "root/0")]
    public async Task SignalOfAToken_FromNoAncestor_SetsNothingAndReachesNobody(string sender, string senderRoot, string target)
    {
        await using var tree = await StartAsync();
        var (engine, before) = (new SealedEngine(tree), await StandingAsync(tree));

        var signal = (await engine.CommandAsync(sender, engine.ExternalSignal(new WorkflowSender(sender, "run", senderRoot), target, Evil))).Single().SignalExternalWorkflowExecutionCommandAttributes;

        (await StandingAsync(tree)).ShouldBe(before);
        signal.ToString().ShouldNotContain("evil");
        Guid.Parse(signal.Execution.RunId).ShouldBe(Guid.Empty, "there is no such run, so nobody is signalled");
        var denied = (await engine.RecordedAsync(AuditResult.Denied)).Single();
        (denied.Resource.Id, denied.Actor.Type, denied.Actor.Id).ShouldBe((target, "workflow", sender));
    }

    [Theory]
    [InlineData("root", "root/0")]
    [InlineData("root", "root/0/0")]
    [InlineData("root/0", "root/0/0")]
    public async Task SignalOfAToken_FromAnAncestor_SetsIt(string sender, string target)
    {
        await using var tree = await StartAsync();
        var engine = new SealedEngine(tree);
        tree.IsSecret("secret-of-an-ancestor");

        var signal = (await engine.CommandAsync(sender, engine.ExternalSignal(new(sender, "run", "root"), target, """{"token":"secret-of-an-ancestor","hosts":["api.example.com"]}""")))
            .Single().SignalExternalWorkflowExecutionCommandAttributes;

        signal.Execution.RunId.ShouldBeEmpty();
        var reference = SealedEngine.Reference(SealedEngine.Argument(signal.Input));
        reference.Name.ShouldBe(target);
        (await engine.RedeemAsync(TreeFixture.OwnerOf("root"), reference)).ShouldBe("secret-of-an-ancestor");
    }

    [Fact]
    public async Task SignalOfAToken_ToAWorkflowThatHasEnded_SetsNothing()
    {
        await using var tree = await StartAsync();
        var (engine, before) = (new SealedEngine(tree), await StandingAsync(tree));
        await engine.TerminateAsync("root/0/0");

        var signal = (await engine.CommandAsync("root", engine.ExternalSignal(new("root", "run", "root"), "root/0/0", Evil))).Single().SignalExternalWorkflowExecutionCommandAttributes;

        signal.ToString().ShouldNotContain("evil");
        (await StandingAsync(tree)).ShouldBe(before);
    }

    [Theory]
    [InlineData("root/1", "root", WorkflowIdReusePolicy.AllowDuplicate)]
    [InlineData("root/1", "root/0", WorkflowIdReusePolicy.AllowDuplicate)]
    [InlineData("root/1", "root/0/0", WorkflowIdReusePolicy.TerminateIfRunning)]
    [InlineData("root/1", "root/1", WorkflowIdReusePolicy.TerminateIfRunning)]
    public async Task StartOfAChild_WithTheIdOfAWorkflowThatRuns_LeavesItsTokenAndDoesNotStart(string sender, string id, WorkflowIdReusePolicy policy)
    {
        await using var tree = await StartAsync();
        var engine = new SealedEngine(tree);
        await tree.SetAsync("secret-of-the-one-that-runs", "root", id);
        var before = await StandingAsync(tree);
        var command = engine.ChildStart(id, $$"""{"apiToken":{{Evil}}}""");
        command.StartChildWorkflowExecutionCommandAttributes.WorkflowIdReusePolicy = policy;

        var child = (await engine.CommandAsync(sender, command)).Single().StartChildWorkflowExecutionCommandAttributes;

        (await StandingAsync(tree)).ShouldBe(before);
        SealedEngine.Argument(child.Input)!["apiToken"].ShouldBeNull("whoever has no reference cannot make it count later either");
        child.ToString().ShouldNotContain("evil");
        child.WorkflowIdReusePolicy.ShouldBe(WorkflowIdReusePolicy.RejectDuplicate, "should that one end before, nothing starts without its token");
        (await engine.RecordedAsync(AuditResult.Denied)).Single().Resource.Id.ShouldBe(id);
    }

    [Fact]
    public async Task StartOfAChild_WithTheIdOfAnAncestorThatHasEnded_LeavesItsToken()
    {
        await using var tree = await StartAsync();
        var engine = new SealedEngine(tree);
        var kept = await tree.SetAsync("secret-others-still-use", "root", "root/0");
        await engine.TerminateAsync("root/0");

        var child = (await engine.CommandAsync("root/0/0", engine.ChildStart("root/0", $$"""{"apiToken":{{Evil}}}"""))).Single().StartChildWorkflowExecutionCommandAttributes;

        SealedEngine.Argument(child.Input)!["apiToken"].ShouldBeNull();
        (await tree.Vault.FindAsync(TreeFixture.OwnerOf("root"), "root/0"))!.Reference.ShouldBe(kept);
    }

    [Fact]
    public async Task StartsOfAChild_Refused_DoNotCountAgainstWhatIsSetLater()
    {
        await using var tree = await StartAsync();
        var engine = new SealedEngine(tree);
        // The engine may refuse each of these; their references stand in the sender's history all the same.
        var first = SealedEngine.Reference(SealedEngine.Argument((await engine.CommandAsync("root/1", engine.ChildStart("later", $$"""{"apiToken":{{Evil}}}"""))).Single().StartChildWorkflowExecutionCommandAttributes.Input)!["apiToken"]);
        var second = SealedEngine.Reference(SealedEngine.Argument((await engine.CommandAsync("root/1", engine.ChildStart("later", $$"""{"apiToken":{{Evil}}}"""))).Single().StartChildWorkflowExecutionCommandAttributes.Input)!["apiToken"]);
        var rightful = await tree.SetAsync("secret-of-the-rightful", "root", "later");

        foreach (var reference in (CredentialReference[])[first, second, rightful])
            (await engine.RedeemAsync(TreeFixture.OwnerOf("root"), reference, tree.Api.Address.ToString())).ShouldBe("secret-of-the-rightful");
    }

    private static async Task<TreeFixture> StartAsync()
    {
        var tree = await TreeFixture.StartAsync();
        tree.IsSecret("evil-secret-of-a-child");
        var token = await tree.SetAsync("secret-of-the-whole-tree", "root");
        await tree.StartTreeAsync("root", new() { Depth = 2, Fanout = 2, ApiToken = token });
        await tree.BecomesAsync("root/0/0", t => t.Epoch == 1);
        await tree.BecomesAsync("root/1", t => t.Epoch == 1);
        return tree;
    }

    /// <summary>Every credential that an attack here could be after.</summary>
    private static async Task<IReadOnlyList<string>> StandingAsync(TreeFixture tree)
    {
        var standing = new List<string>();
        foreach (var root in (string[])["root", "stranger", "elsewhere"])
        {
            foreach (var name in (string[])["root", "root/0", "root/1", "root/0/0"])
                standing.Add($"{root} {name} {await tree.Vault.FindAsync(TreeFixture.OwnerOf(root), name)}");
        }

        return standing;
    }
}
