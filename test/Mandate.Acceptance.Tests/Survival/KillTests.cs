using System.Collections.Concurrent;
using Mandate.Acceptance.Tests.Support;
using Mandate.Acceptance.Tests.Workflows;
using Mandate.Protocol;
using Mandate.Protocol.Failures;
using Mandate.Temporal.Client;
using EventType = Mandate.Protocol.Api.Enums.V1.EventType;
using ReusePolicy = Mandate.Protocol.Api.Enums.V1.WorkflowIdReusePolicy;

namespace Mandate.Acceptance.Tests.Survival;

/// <summary>What was acknowledged survives SIGKILL of the whole process: engine, workers, ledger.</summary>
public sealed class KillTests
{
    private const int Runs = 1_000;
    private const string Tenant = "acme";
    private const int Starters = 16;
    private static readonly int[] KillAfter = [200, 500, 800];

    [Fact]
    public async Task Start_ProcessKilledThreeTimesMeanwhile_EveryAcknowledgedRunCompletesOnceAndTheChainVerifies()
    {
        using var directory = new TemporaryDirectory();
        await using var identities = await TestIdentityProvider.StartAsync();
        var settings = new Dictionary<string, string>([.. identities.Settings, .. ServiceFixture.Workers]) { ["MANDATE_WORKERS__0__STICKYTIMEOUT"] = "00:00:01" };
        var service = await ServiceProcess.UpAsync(directory, settings);
        try
        {
            // The service comes back at the address its clients know.
            settings["MANDATE_GRPC__ADDRESS"] = service.Grpc;
            var token = identities.Token("alice", Tenant);
            await using var client = await TemporalClient.ConnectAsync(new TemporalClientConnectOptions(service.Grpc)
            {
                ConfigureChannel = channel => channel with { Metadata = (_, _) => new(new RpcMetadata([new("authorization", $"Bearer {token}")])) },
            });
            var acknowledged = new ConcurrentDictionary<string, string>();
            var starts = Enumerable.Range(0, Starters).Select(i => StartAsync(client, acknowledged, i)).ToArray();

            foreach (var count in KillAfter)
            {
                await Patience.UntilAsync(() => Task.FromResult(acknowledged.Count >= count || starts.Any(s => s.IsFaulted)), $"{count} acknowledged starts");
                await service.KillAsync();
                await service.DisposeAsync();
                service = await ServiceProcess.UpAsync(directory, settings);
            }

            await Task.WhenAll(starts).WaitAsync(Patience.Limit, TimeProvider.System);
            acknowledged.Count.ShouldBe(Runs);
            await EveryRunCompletesOnceAsync(client, service.Grpc, token, acknowledged);
            await LedgerHoldsEveryStartAsync(directory, acknowledged);
        }
        finally
        {
            await service.DisposeAsync();
        }
    }

    private static async Task StartAsync(TemporalClient client, ConcurrentDictionary<string, string> acknowledged, int starter)
    {
        for (var i = starter; i < Runs; i += Starters)
        {
            var options = new WorkflowOptions($"run-{i}", EchoWorkflow.TaskQueue) { IdReusePolicy = ReusePolicy.RejectDuplicate };
            var text = $"text {i}";
            acknowledged[options.Id!] = await Patience.UntilAsync(() => TryStartAsync(client, text, options), $"{options.Id} to be accepted");
        }
    }

    /// <summary>Null while the service is away.</summary>
    private static async Task<string?> TryStartAsync(TemporalClient client, string text, WorkflowOptions options)
    {
        try
        {
            return (await client.StartWorkflowAsync((EchoWorkflow w) => w.RunAsync(text), options)).ResultRunId;
        }
        catch (WorkflowAlreadyStartedException e)
        {
            // An earlier attempt had been accepted, and the answer was lost with the process.
            return e.RunId;
        }
        catch (RpcException e) when (e.Code is RpcStatusCode.Unavailable or RpcStatusCode.DeadlineExceeded or RpcStatusCode.Cancelled)
        {
            return null;
        }
    }

    private static async Task EveryRunCompletesOnceAsync(TemporalClient client, string address, string token, ConcurrentDictionary<string, string> acknowledged)
    {
        await using var engine = new EngineClient(address, token);
        await Parallel.ForEachAsync(acknowledged, new ParallelOptions { MaxDegreeOfParallelism = Starters }, async (run, cancellation) =>
        {
            var result = await client.GetWorkflowHandle<EchoWorkflow, EchoResult>(run.Key, run.Value).GetResultAsync().WaitAsync(Patience.Limit, TimeProvider.System, cancellation);
            result.ShouldBe(new EchoResult($"text {run.Key["run-".Length..]}", "alice@acme", "alice@acme"));

            // The workflow id has this one run, in which everything ended once.
            var history = await engine.HistoryAsync(run.Key);
            history[0].WorkflowExecutionStartedEventAttributes.OriginalExecutionRunId.ShouldBe(run.Value);
            history.Count(e => e.EventType == EventType.ActivityTaskCompleted).ShouldBe(1);
            history.Count(e => e.EventType == EventType.WorkflowExecutionCompleted).ShouldBe(1);
            history.Select(e => e.EventId).ShouldBe(Enumerable.Range(1, history.Count).Select(i => (long)i));
        });
    }

    private static async Task LedgerHoldsEveryStartAsync(TemporaryDirectory directory, ConcurrentDictionary<string, string> acknowledged)
    {
        var verification = await Ledger.VerifyAsync(directory, Tenant);
        verification.IsValid.ShouldBeTrue(verification.Damage?.Message);
        var requested = (await Ledger.ReadAsync(directory, Tenant)).Where(e => e.Type == "execution.start.requested").Select(e => e.Resource.Id).ToHashSet();
        acknowledged.Keys.Where(id => !requested.Contains(id)).ShouldBeEmpty();
    }
}
