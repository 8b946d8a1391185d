using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Identity.Callers;

/// <summary>Settings of a <see cref="CallerAuthenticator"/>.</summary>
public sealed record CallerAuthenticatorOptions
{
    /// <summary>Identity providers whose access tokens are accepted.</summary>
    public IReadOnlyList<TokenIssuerOptions> Issuers { get; init; } = [];

    /// <summary>API keys that are accepted, disposed with the authenticator; null for none.</summary>
    public ApiKeyStore? ApiKeys { get; init; }

    /// <summary>Client certificates that are accepted; null for none.</summary>
    public ClientCertificateOptions? Certificates { get; init; }

    /// <summary>Scope that makes a token that of a <see cref="CallerKind.Worker"/>; <c>mandate:worker</c> unless set.</summary>
    public string WorkerScope { get; init; } = "mandate:worker";

    /// <summary>How many good tokens are remembered; 2 or more, 10,000 unless set.</summary>
    public int CacheSize { get; init; } = 10_000;

    /// <summary>Sends requests to identity providers, and is not disposed; null for an own one. It must not follow redirects.</summary>
    public HttpMessageHandler? Http { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where to log to.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
