using Mandate.Identity.Keys;
using Mandate.Testing;

namespace Mandate.Identity.Tests;

/// <summary>A key ring with its signer and verifier.</summary>
internal sealed class EnvelopeFixture : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private EnvelopeFixture(SigningKeyRing? ring)
    {
        Ring = ring ?? SigningKeyRing.OpenAsync(_directory.File("keys.json")).GetAwaiter().GetResult();
        Signer = new(Ring, new() { TimeProvider = Clock });
        Verifier = new(Ring);
    }

    public ManualTimeProvider Clock { get; } = new();

    public SigningKeyRing Ring { get; }

    public PrincipalSigner Signer { get; }

    public PrincipalVerifier Verifier { get; }

    public static Principal Alice { get; } = new("alice", "acme") { Scopes = ["orders:write"] };

    public static Principal Bob { get; } = new("bob", "acme");

    public static EnvelopeFixture Create() => new(ring: null);

    public void Dispose()
    {
        Ring.Dispose();
        _directory.Dispose();
    }
}
