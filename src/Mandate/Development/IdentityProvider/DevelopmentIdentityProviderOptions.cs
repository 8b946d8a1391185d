using System.Net;
using Mandate.Credentials;

namespace Mandate.Development.IdentityProvider;

/// <summary>How the development identity provider runs.</summary>
internal sealed record DevelopmentIdentityProviderOptions
{
    /// <summary>Name of the environment; only <c>Development</c> is accepted.</summary>
    public string Environment { get; init; } = Environments.Production;

    /// <summary>Loopback address and port; port 0 lets the system choose.</summary>
    public IPEndPoint ListenOn { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>Id of the one service client.</summary>
    public string ClientId { get; init; } = "mandate";

    /// <summary>The client's secret.</summary>
    public required Secret ClientSecret { get; init; }

    /// <summary>Audience of users' tokens unless the request names another.</summary>
    public string UserAudience { get; init; } = "mandate";

    /// <summary>How long tokens live with which the client polls for tasks: those with the scope <see cref="DevelopmentIdentityProvider.WorkerScope"/>.</summary>
    public TimeSpan WorkerTokenLife { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Told every token that is issued, so that the demonstration can look for leaks of them and see workers renew theirs.</summary>
    public Action<IssuedToken>? Issued { get; init; }

    /// <summary>The clock tokens are stamped with.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where it logs. Tokens and secrets are never logged.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance;
}
