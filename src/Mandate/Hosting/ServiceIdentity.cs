using Mandate.Configuration;
using Mandate.Identity;
using Mandate.Identity.Keys;

namespace Mandate.Hosting;

/// <summary>The keys with which this service states for whom runs act. Only the service at the edge has them; workers verify with the public ones.</summary>
internal sealed class ServiceIdentity : IAsyncDisposable
{
    /// <summary>Directory of the ledger in the data directory.</summary>
    public const string LedgerDirectory = "audit";

    private ServiceIdentity(SigningKeyRing keys, string issuer)
    {
        Keys = keys;
        Verifier = new PrincipalVerifier(keys, new PrincipalVerifierOptions { Issuer = issuer });
        Signer = new PrincipalSigner(keys, new PrincipalSignerOptions { Issuer = issuer }, Verifier);
    }

    /// <summary>The keys; the public ones are published.</summary>
    public SigningKeyRing Keys { get; }

    /// <summary>Signs principals.</summary>
    public PrincipalSigner Signer { get; }

    /// <summary>Verifies them without a network.</summary>
    public PrincipalVerifier Verifier { get; }

    /// <summary>Opens the key ring; it is created on the first start on a data directory, and must be there from then on.</summary>
    /// <exception cref="KeyRingException">The file is missing, unreadable, readable by others, or damaged.</exception>
    public static async Task<ServiceIdentity> OpenAsync(MandateOptions options, ILoggerFactory loggers, CancellationToken cancellation)
    {
        // A ledger and no keys means that the keys were lost: new ones would orphan every run without a word.
        var isFirstStart = !Directory.Exists(Path.Combine(options.DataDirectory, LedgerDirectory));
        return new(await SigningKeyRing.OpenAsync(KeyFile(options), createWhenMissing: isFirstStart, loggers: loggers, cancellation: cancellation), options.Identity.Issuer);
    }

    /// <summary>Where the signing keys are.</summary>
    public static string KeyFile(MandateOptions options) => options.Identity.KeyFile ?? Path.Combine(options.DataDirectory, "principal-keys.json");

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Keys.Dispose();
        return default;
    }
}
