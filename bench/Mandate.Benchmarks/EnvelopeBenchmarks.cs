using BenchmarkDotNet.Attributes;
using Mandate.Identity;
using Mandate.Identity.Keys;

namespace Mandate.Benchmarks;

/// <summary>A run's signed principal: signed, verified for the first time, and verified again.</summary>
[MemoryDiagnoser]
public class EnvelopeBenchmarks
{
    private const int Distinct = 4_096;

    private readonly Principal _alice = new("alice", "acme") { Scopes = ["orders:write", "orders:read"] };
    private readonly string _directory = Directory.CreateTempSubdirectory("mandate-benchmark-").FullName;
    private SigningKeyRing _keys = null!;
    private PrincipalSigner _signer = null!;
    private PrincipalVerifier _cold = null!;
    private PrincipalVerifier _warm = null!;
    private string[] _envelopes = null!;
    private int _next;

    /// <summary>Makes a key ring and envelopes.</summary>
    [GlobalSetup]
    public async Task SetupAsync()
    {
        _keys = await SigningKeyRing.OpenAsync(Path.Combine(_directory, "keys.json"));
        _signer = new(_keys);
        // Remembers two, of thousands that come in turn: each one is verified as if for the first time.
        _cold = new(_keys, new() { CacheSize = 2 });
        _warm = new(_keys);
        _envelopes = [.. Enumerable.Range(0, Distinct).Select(i => _signer.SignPrincipal(_alice, "default", $"order-{i}"))];
        foreach (var i in Enumerable.Range(0, Distinct))
            _warm.Verify(_envelopes[i], "default", $"order-{i}");
    }

    /// <summary>Removes them.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _keys.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>At a start.</summary>
    [Benchmark]
    public string Sign() => _signer.SignPrincipal(_alice, "default", "order-4711");

    /// <summary>The first time a worker sees it.</summary>
    [Benchmark]
    public bool VerifyCold() => _cold.Verify(_envelopes[_next = (_next + 1) % Distinct], "default", rootWorkflowId: null).IsAccepted;

    /// <summary>Every time after that: replays, activities.</summary>
    [Benchmark]
    public bool VerifyCached() => _warm.Verify(_envelopes[_next = (_next + 1) % Distinct], "default", rootWorkflowId: null).IsAccepted;
}
