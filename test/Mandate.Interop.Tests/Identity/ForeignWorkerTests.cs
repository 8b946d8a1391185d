using System.Net;
using Mandate.Audit;
using Mandate.Audit.Recording;
using Mandate.Engine;
using Mandate.Gateway;
using Mandate.Identity;
using Mandate.Identity.Keys;
using Mandate.Interop.Tests.Harness;
using Mandate.Protocol.Grpc;
using Mandate.Temporal.Client;
using Mandate.Temporal.Worker;
using Mandate.Temporal.Workflows;
using Mandate.Testing;
using TemporaryDirectory = Mandate.Testing.TemporaryDirectory;

namespace Mandate.Interop.Tests.Identity;

/// <summary>A worker of the official TypeScript SDK that knows nothing of identity: the pipeline carries it for it.</summary>
[Collection(TypeScriptCollection.Name)]
public sealed class ForeignWorkerTests(TypeScriptDriver typeScript) : IAsyncLifetime
{
    private static readonly Caller Alice = new() { Subject = "alice", Kind = CallerKind.User, Principal = new("alice", "acme"), CredentialId = "token:a" };
    private static readonly Caller Worker = new() { Subject = "worker", Kind = CallerKind.Worker, CredentialId = "none" };

    private readonly List<IAsyncDisposable> _parts = [];

    private TemporaryDirectory Directory { get; } = new();

    private PrincipalVerifier Verifier { get; set; } = null!;

    private GatewayPipeline Pipeline { get; set; } = null!;

    private string Address { get; set; } = "";

    public async Task InitializeAsync()
    {
        var engine = Keep(await EmbeddedEngine.StartAsync(new() { DataDirectory = Directory.File("engine") }));
        var ledger = Keep(await AuditLedger.OpenAsync(new AuditLedgerOptions { Path = Directory.File("ledger.db") }));
        var keys = await SigningKeyRing.OpenAsync(Directory.File("keys.json"));
        Verifier = new(keys);
        Pipeline = Keep(await GatewayPipeline.StartAsync(engine.Handler, new GatewayOptions
        {
            Authenticator = new Nobody(), Recorder = Keep(new AuditRecorder(ledger, new())), Signer = new(keys), Verifier = Verifier, TokenKeyFile = Directory.File("token-keys.json"), LoopbackCaller = Worker,
        }));
        await Pipeline.PrepareNamespaceAsync("default");
        Address = Keep(await GrpcListener.StartAsync(Pipeline.Handler, new GrpcListenerOptions { ListenOn = new IPEndPoint(IPAddress.Loopback, 0) }, CancellationToken.None)).Address;
    }

    public async Task DisposeAsync()
    {
        for (var i = _parts.Count - 1; i >= 0; i--)
            await _parts[i].DisposeAsync();
        Directory.Dispose();
    }

    [Fact]
    [Scenario("identity", 13)]
    public async Task Child_OnATypeScriptWorker_ItsActivitiesAndItsOwnChildrenReadTheSameSignedPrincipal()
    {
        Keep(await new TypeScriptWorkers(typeScript).StartAsync(Address));
        await using var workers = new TemporalClient(Pipeline.For(Worker));
        using var worker = new TemporalWorker(workers, new TemporalWorkerOptions("ours").AddWorkflow<DelegatingWorkflow>().AddIdentityPropagation(Verifier));
        await using var alice = new TemporalClient(Pipeline.For(Alice));

        List<string> read = [];
        await worker.ExecuteAsync(async () => read = await (await alice.StartWorkflowAsync((DelegatingWorkflow w) => w.RunAsync(3), new("delegating", "ours"))).GetResultAsync().WithinLimit());

        read.Count.ShouldBe(3);
        foreach (var envelope in read)
        {
            var verdict = Verifier.Verify(envelope, "default", "delegating");
            verdict.IsAccepted.ShouldBeTrue(verdict.Message);
            verdict.Principal.ToString().ShouldBe("alice@acme");
        }
    }

    [Fact]
    [Scenario("identity", 13)]
    public async Task Run_OnATypeScriptWorkerAlone_CarriesItsPrincipalDown()
    {
        Keep(await new TypeScriptWorkers(typeScript).StartAsync(Address));
        await using var alice = new TemporalClient(Pipeline.For(Alice));

        var read = await (await alice.StartWorkflowAsync("principals", [2], new WorkflowOptions("foreign", TypeScriptWorkers.TaskQueue))).GetResultAsync<List<string>>().WithinLimit();

        read.Count.ShouldBe(2);
        read.ShouldAllBe(e => Verifier.Verify(e, "default", "foreign").IsAccepted);
    }

    private T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }

    /// <summary>Hands its work to a child in another language.</summary>
    [Workflow]
    public sealed class DelegatingWorkflow
    {
        [WorkflowRun]
        public Task<List<string>> RunAsync(int levels) => Workflow.ExecuteChildWorkflowAsync<List<string>>("principals", [levels], new ChildWorkflowOptions { TaskQueue = TypeScriptWorkers.TaskQueue });
    }

    /// <summary>Callers come from this machine or in process; nobody shows credentials.</summary>
    private sealed class Nobody : ICallerAuthenticator
    {
        public ValueTask<CallerVerdict> AuthenticateAsync(CallerCredentials credentials, CancellationToken cancellation) => new(CallerVerdict.Refuse(new("none", "None.")));
    }
}
