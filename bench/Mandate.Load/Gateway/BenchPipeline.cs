using Mandate.Audit;
using Mandate.Audit.Recording;
using Mandate.Gateway;
using Mandate.Identity;
using Mandate.Identity.Keys;
using Mandate.Protocol;

namespace Mandate.Load.Gateway;

/// <summary>The whole pipeline, as the program composes it, with ledger and keys in a directory of its own.</summary>
internal sealed class BenchPipeline : IAsyncDisposable
{
    private readonly AuditLedger _ledger;
    private readonly AuditRecorder _recorder;
    private readonly SigningKeyRing _keys;
    private readonly GatewayPipeline _pipeline;

    private BenchPipeline(AuditLedger ledger, AuditRecorder recorder, SigningKeyRing keys, GatewayPipeline pipeline) => (_ledger, _recorder, _keys, _pipeline) = (ledger, recorder, keys, pipeline);

    internal RpcHandler Handler => _pipeline.Handler;

    internal static async Task<BenchPipeline> StartAsync(RpcHandler engine, string directory, CancellationToken cancellation)
    {
        var keys = await SigningKeyRing.OpenAsync(Path.Combine(directory, "principal-keys.json"), cancellation: cancellation);
        var verifier = new PrincipalVerifier(keys);
        var ledger = await AuditLedger.OpenAsync(new AuditLedgerOptions { Path = Path.Combine(directory, "ledger.db") }, cancellation);
        var recorder = new AuditRecorder(ledger, new());
        var pipeline = await GatewayPipeline.StartAsync(
            engine,
            new GatewayOptions
            {
                Authenticator = new BenchCallers(), Recorder = recorder, Signer = new PrincipalSigner(keys, verifier: verifier), Verifier = verifier,
                TokenKeyFile = Path.Combine(directory, "token-keys.json"),
            },
            cancellation);
        await pipeline.PrepareNamespaceAsync("default", cancellation);
        return new(ledger, recorder, keys, pipeline);
    }

    public async ValueTask DisposeAsync()
    {
        await _pipeline.DisposeAsync();
        await _recorder.DisposeAsync();
        await _ledger.DisposeAsync();
        _keys.Dispose();
    }
}
