using Mandate.Configuration;
using Mandate.Identity;
using Mandate.Identity.Keys;

namespace Mandate.Hosting;

/// <summary>The keys with which this service states for whom runs act. Only the service at the edge has them; workers verify with the public ones.</summary>
internal sealed class ServiceIdentity : IAsyncDisposable
{
    /// <summary>Directory of the ledger in the data directory.</summary>
    public const string LedgerDirectory = "audit";

    private readonly SigningKeyRing _keys;

    private ServiceIdentity(SigningKeyRing keys, string issuer)
    {
        _keys = keys;
        Signer = new PrincipalSigner(keys, new PrincipalSignerOptions { Issuer = issuer });
        Verifier = new PrincipalVerifier(keys, new PrincipalVerifierOptions { Issuer = issuer });
    }

    /// <summary>Signs principals.</summary>
    public PrincipalSigner Signer { get; }

    /// <summary>Verifies them without a network.</summary>
    public PrincipalVerifier Verifier { get; }

    /// <summary>Opens the key ring; it is created on the first start on a data directory, and must be there from then on.</summary>
    /// <exception cref="KeyRingException">The file is missing, unreadable, readable by others, or damaged.</exception>
    public static async Task<ServiceIdentity> OpenAsync(MandateOptions options, CancellationToken cancellation)
    {
        var path = options.Identity.KeyFile ?? Path.Combine(options.DataDirectory, "principal-keys.json");
        // A ledger and no keys means that the keys were lost: new ones would orphan every run without a word.
        var isFirstStart = !Directory.Exists(Path.Combine(options.DataDirectory, LedgerDirectory));
        return new(await SigningKeyRing.OpenAsync(path, createWhenMissing: isFirstStart, cancellation: cancellation), options.Identity.Issuer);
    }

    /// <summary>The public keys as a JSON Web Key Set.</summary>
    public string PublicKeys() => _keys.ToJsonWebKeySet();

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _keys.Dispose();
        return default;
    }
}
