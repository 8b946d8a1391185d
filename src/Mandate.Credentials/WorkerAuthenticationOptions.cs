namespace Mandate.Credentials;

/// <summary>How a worker or client proves itself to the Temporal endpoint.</summary>
public sealed record WorkerAuthenticationOptions
{
    /// <summary>False sends no token and asks nobody for one. Default: true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Whose credentials to use. Default: <c>mandate</c>.</summary>
    public ApplicationName ApplicationName { get; init; } = ApplicationName.Parse("mandate");

    /// <summary>How to get tokens. Where it names no credentials of its own they are looked for in <see cref="Places"/>.</summary>
    public ClientCredentialsOptions Token { get; init; } = new();

    /// <summary>Where client id and secret may be kept, in the order in which they are looked for. Default: the environment.</summary>
    public IReadOnlyList<IClientCredentialPlace> Places { get; init; } = [new EnvironmentCredentials()];

    /// <summary>Up to which share of the time a refresh comes earlier by chance, so that many workers do not come at the same moment: 0 to 0.5. Default: 0.1.</summary>
    public double RefreshJitter { get; init; } = 0.1;

    /// <summary>Wait after a first failed refresh; it doubles with each further one. Default: 1 s.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait between refreshes that fail. Default: 1 min.</summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Permits the token to travel without TLS to an endpoint on another machine, where anybody on the way can read it. Default: false.</summary>
    public bool AllowCleartext { get; init; }

    /// <summary>
    /// Options from environment variables, whose names begin with the value of <c>MANDATE_WORKFLOW_ENV_PREFIX</c> or else <c>MANDATE_</c>: <c>…WORKFLOW_AUTH_ENABLED</c>, <c>…WORKFLOW_AUTH_URL</c>,
    /// <c>…WORKFLOW_AUTH_SCOPES</c>, <c>…WORKFLOW_AUTH_AUDIENCE</c>, <c>…APPLICATION_NAME</c>. Client id and secret come from the environment, then from Dapr.
    /// </summary>
    /// <param name="variables">Reads a variable; null for this process's.</param>
    /// <exception cref="FormatException">A variable holds what cannot be understood, or one is missing; the message names it.</exception>
    public static WorkerAuthenticationOptions FromEnvironment(Func<string, string?>? variables = null)
    {
        string? Read(string name) => (variables ?? Environment.GetEnvironmentVariable)(name) is { Length: > 0 } value ? value : null;
        var prefix = Read("MANDATE_WORKFLOW_ENV_PREFIX") ?? "MANDATE_";
        var isEnabled = Read($"{prefix}WORKFLOW_AUTH_ENABLED") is { } enabled
            && (bool.TryParse(enabled, out var parsed) ? parsed : throw new FormatException($"{prefix}WORKFLOW_AUTH_ENABLED is '{enabled}', neither true nor false."));
        var address = Read($"{prefix}WORKFLOW_AUTH_URL");
        if (isEnabled && address is null)
            throw new FormatException($"{prefix}WORKFLOW_AUTH_URL is missing: the address of the identity provider's token endpoint.");
        Uri? endpoint = null;
        if (address is not null && !Uri.TryCreate(address, UriKind.Absolute, out endpoint))
            throw new FormatException($"{prefix}WORKFLOW_AUTH_URL is no absolute address.");
        return new()
        {
            Enabled = isEnabled,
            ApplicationName = ApplicationName.Parse(Read($"{prefix}APPLICATION_NAME") ?? "mandate"),
            Token = new()
            {
                TokenEndpoint = endpoint,
                Scopes = Read($"{prefix}WORKFLOW_AUTH_SCOPES")?.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries) ?? [],
                Audience = Read($"{prefix}WORKFLOW_AUTH_AUDIENCE"),
            },
            Places =
            [
                new EnvironmentCredentials(prefix, variables),
                new CredentialPlaceOptions
                {
                    Kind = CredentialPlaceKind.Dapr,
                    Component = Read($"{prefix}DEPLOYMENT_SECRET_COMPONENT"),
                    SecretName = Read($"{prefix}DEPLOYMENT_SECRET_NAME"),
                }.Create(prefix, variables),
            ],
        };
    }

    /// <summary>What cannot be honoured; null when the options are usable.</summary>
    internal string? Problem() =>
        RefreshJitter is not (>= 0 and <= 0.5) ? $"{nameof(RefreshJitter)} must be between 0 and 0.5"
        : FirstRetry <= TimeSpan.Zero || LongestRetry < FirstRetry ? $"{nameof(FirstRetry)} must be more than zero and at most {nameof(LongestRetry)}"
        : null;
}
