namespace Mandate.Configuration;

/// <summary>Everything a user can set, as bound from the section <c>Mandate</c>. Described for users in <c>docs/configuration.md</c>.</summary>
internal sealed class MandateOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Mandate";

    /// <summary><c>Production</c> unless set; <c>Development</c> is needed for the development-only parts.</summary>
    public string Environment { get; set; } = Microsoft.Extensions.Hosting.Environments.Production;

    /// <summary>Directory of the engine's store, the audit ledger and the signing keys.</summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary>The REST API.</summary>
    public RestOptions Rest { get; set; } = new();

    /// <summary>The embedded engine.</summary>
    public EngineSettings Engine { get; set; } = new();

    /// <summary>The embedded engine's gRPC listener.</summary>
    public GrpcOptions Grpc { get; set; } = new();

    /// <summary>The stages in front of the engine or cluster.</summary>
    public GatewaySettings Gateway { get; set; } = new();

    /// <summary>The ledger.</summary>
    public AuditSettings Audit { get; set; } = new();

    /// <summary>Where workflows run.</summary>
    public TemporalOptions Temporal { get; set; } = new();

    /// <summary>How this program proves itself to a cluster.</summary>
    public WorkerAuthenticationSettings WorkerAuthentication { get; set; } = new();

    /// <summary>How callers prove who they are.</summary>
    public AuthenticationOptions Authentication { get; set; } = new();

    /// <summary>How runs carry whom they act for.</summary>
    public IdentityOptions Identity { get; set; } = new();

    /// <summary>Encryption of payloads.</summary>
    public PayloadOptions Payloads { get; set; } = new();

    /// <summary>The endpoint that shows encrypted payloads to operators.</summary>
    public CodecOptions Codec { get; set; } = new();

    /// <summary>The OAuth2 client this service is at the identity provider, for calls to downstream services.</summary>
    public CredentialsOptions Credentials { get; set; } = new();

    /// <summary>The vault, and the API tokens of stateful workflows.</summary>
    public ApiTokenOptions ApiTokens { get; set; } = new();

    /// <summary>Traces and metrics for a collector.</summary>
    public TelemetryOptions Telemetry { get; set; } = new();

    /// <summary>Downstream services by name: each gets a named <see cref="HttpClient"/>.</summary>
    public Dictionary<string, DownstreamServiceOptions> Services { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Worker assemblies hosted in this process.</summary>
    public List<WorkerOptions> Workers { get; set; } = [];

    /// <summary>Workflow types, by name, that workers in other processes run.</summary>
    public Dictionary<string, WorkflowOptions> Workflows { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Parts for development machines; refused in production.</summary>
    public DevelopmentOptions Development { get; set; } = new();

    /// <summary>Whether the environment is one in which development-only parts must not run. Everything that is not named Development is.</summary>
    public bool IsProduction => !string.Equals(Environment, Microsoft.Extensions.Hosting.Environments.Development, StringComparison.OrdinalIgnoreCase);
}
