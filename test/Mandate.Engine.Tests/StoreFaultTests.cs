using System.Text;
using Mandate.Engine.Storage;
using Mandate.Engine.Tests.Support;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.ErrorDetails.V1;

namespace Mandate.Engine.Tests;

/// <summary>Full and damaged stores: a clear error, nothing acknowledged that is not recorded, nothing half-done in memory.</summary>
public sealed class StoreFaultTests
{
    [Fact]
    public async Task FullStore_RefusesWritesAndGoesOnWhenThereIsRoom()
    {
        await using var host = await EngineHost.StartAsync(o => o with { Limits = new() { MaxStoreBytes = 400_000 } });
        var started = 0;
        RpcException? refusal = null;
        while (refusal is null && started < 1_000)
        {
            try
            {
                await host.StartAsync($"order-{started}", r => r.Input = EngineHost.Text(new string('x', 2_000)));
                started++;
            }
            catch (RpcException error)
            {
                refusal = error;
            }
        }

        refusal.ShouldNotBeNull().Code.ShouldBe(RpcStatusCode.ResourceExhausted);
        refusal.Message.ShouldContain(host.Directory);
        refusal.Details.OfType<ResourceExhaustedFailure>().Single().Cause.ShouldBe(ResourceExhaustedCause.PersistenceStorageLimit);
        (await Should.ThrowAsync<RpcException>(() => host.DescribeAsync($"order-{started}"))).Code.ShouldBe(RpcStatusCode.NotFound, "what was refused is not there");

        // A run whose change was refused shows its state of before.
        var refused = await Should.ThrowAsync<RpcException>(async () =>
        {
            for (var i = 0; i < 1_000; i++)
                await host.SignalAsync("order-0", new string('s', 900));
        });
        refused.Code.ShouldBe(RpcStatusCode.ResourceExhausted);
        var seen = await host.HistoryAsync("order-0");
        await host.RestartAsync();
        (await host.HistoryAsync("order-0")).ShouldBe(seen, "memory shows what the store holds");
        for (var i = 0; i < started; i++)
            (await host.StatusAsync($"order-{i}")).ShouldBe(WorkflowExecutionStatus.Running);
    }

    // The failure strikes between writing and committing; every decision made on top of the lost one fails too.
    [Fact]
    public async Task FailedCommit_DropsTheRunsMemoryAndGivesItsTaskOutAgain()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        var broken = true;
        host.Engine.Core.Store.Writer.BeforeCommit = _ =>
        {
            if (Volatile.Read(ref broken))
                throw new SqliteException(13, "database or disk is full");
        };

        // The poll takes the task, its start cannot be recorded: the poll is refused.
        (await Should.ThrowAsync<RpcException>(() => host.NextTaskAsync())).Code.ShouldBe(RpcStatusCode.ResourceExhausted);
        (await host.HistoryAsync("order")).Count.ShouldBe(2);
        (await Should.ThrowAsync<RpcException>(() => host.SignalAsync("order"))).Code.ShouldBe(RpcStatusCode.ResourceExhausted);
        (await host.HistoryAsync("order")).Count.ShouldBe(2);
        Volatile.Write(ref broken, false);
        host.Time.Advance(TimeSpan.FromSeconds(1));

        var task = await host.NextTaskAsync();
        task.History.Events.Count.ShouldBe(3);
        await host.CompleteAsync(task, Commands.Complete());
        (await host.StatusAsync("order")).ShouldBe(WorkflowExecutionStatus.Completed);
    }

    // A poll that was reserved for a task whose commit failed waits on and gets the next task.
    [Fact]
    public async Task FailedCommit_GivesTheReservedPollBack()
    {
        await using var host = await EngineHost.StartAsync();
        var poll = host.PollAsync();
        await host.WaitingAsync("orders", activity: false);
        host.Engine.Core.Store.Writer.BeforeCommit = _ => throw new SqliteException(13, "database or disk is full");
        await Should.ThrowAsync<RpcException>(() => host.StartAsync("order-1"));
        host.Engine.Core.Store.Writer.BeforeCommit = null;
        await host.WaitingAsync("orders", activity: false);
        await host.StartAsync("order-2");
        (await poll.Soon()).WorkflowExecution.WorkflowId.ShouldBe("order-2");
    }

    [Fact]
    public async Task DamagedEvents_OfAnOpenRun_AreReportedAtStart()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order", r => r.Input = EngineHost.Text("needle-in-the-page"));
        await host.Engine.DisposeAsync();
        Damage(host, "needle-in-the-page");
        var error = await Should.ThrowAsync<EngineStoreException>(() => EmbeddedEngine.StartAsync(host.Options()));
        error.Problem.ShouldBe(EngineStoreProblem.Corrupt);
        error.Message.ShouldContain(host.Directory);
        error.Message.ShouldContain("backup");
    }

    [Fact]
    public async Task DamagedEvents_OfAClosedRun_AreReportedWhereTheyAreRead()
    {
        await using var host = await EngineHost.StartAsync();
        foreach (var (id, input) in new[] { ("good", "fine"), ("bad", "needle-in-the-page") })
        {
            await host.StartAsync(id, r => r.Input = EngineHost.Text(input));
            await host.CompleteAsync(await host.NextTaskAsync(), Commands.Complete());
        }

        await host.Engine.DisposeAsync();
        Damage(host, "needle-in-the-page");
        await host.OpenAsync();
        (await Should.ThrowAsync<RpcException>(() => host.HistoryAsync("bad"))).Code.ShouldBe(RpcStatusCode.Unavailable);
        (await host.HistoryAsync("good")).Count.ShouldBe(5);
        await host.StartAsync("other");
    }

    [Fact]
    public async Task DamagedHeader_OfTheDatabase_IsReportedAtStart()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        await host.Engine.DisposeAsync();
        await using (var file = new FileStream(Path.Combine(host.Directory, "engine.db"), FileMode.Open))
            file.Write(new byte[64]);
        var error = await Should.ThrowAsync<EngineStoreException>(() => EmbeddedEngine.StartAsync(host.Options()));
        error.Problem.ShouldBe(EngineStoreProblem.Corrupt);
    }

    [Fact]
    public async Task NewerStore_IsRefusedWithBothVersions()
    {
        await using var host = await EngineHost.StartAsync();
        await host.Engine.DisposeAsync();
        using (var database = SqliteDatabase.Open(Path.Combine(host.Directory, "engine.db"), readOnly: false))
            database.Execute("PRAGMA user_version = 99");
        var error = await Should.ThrowAsync<EngineStoreException>(() => EmbeddedEngine.StartAsync(host.Options()));
        error.Problem.ShouldBe(EngineStoreProblem.TooNew);
        error.Message.ShouldContain("99");
    }

    [Fact]
    public async Task SecondEngine_OnTheSameStore_IsRefused()
    {
        await using var host = await EngineHost.StartAsync();
        var error = await Should.ThrowAsync<EngineStoreLockedException>(() => EmbeddedEngine.StartAsync(host.Options()));
        error.Message.ShouldContain(host.Directory);
    }

    private static void Damage(EngineHost host, string needle)
    {
        var path = Path.Combine(host.Directory, "engine.db");
        var bytes = File.ReadAllBytes(path);
        var at = bytes.AsSpan().LastIndexOf(Encoding.UTF8.GetBytes(needle));
        at.ShouldBeGreaterThan(0, "the event is in the database file");
        for (var position = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(needle)); position >= 0;)
        {
            bytes[position] ^= 0x20;
            var next = bytes.AsSpan(position + 1).IndexOf(Encoding.UTF8.GetBytes(needle));
            position = next < 0 ? -1 : position + 1 + next;
        }

        File.WriteAllBytes(path, bytes);
    }
}
