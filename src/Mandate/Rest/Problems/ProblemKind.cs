namespace Mandate.Rest.Problems;

/// <summary>A kind of refusal: its name in <c>type</c>, its title and its HTTP status (RFC 9457).</summary>
internal sealed record ProblemKind(string Name, int Status, string Title)
{
    public static readonly ProblemKind InvalidRequest = new("invalid-request", StatusCodes.Status400BadRequest, "The request is not valid");
    public static readonly ProblemKind Unauthenticated = new("unauthenticated", StatusCodes.Status401Unauthorized, "A valid access token is required");
    public static readonly ProblemKind IdentityIncomplete = new("identity-incomplete", StatusCodes.Status403Forbidden, "The token does not say for whom to act");
    public static readonly ProblemKind Forbidden = new("forbidden", StatusCodes.Status403Forbidden, "Not allowed");
    public static readonly ProblemKind NotFound = new("not-found", StatusCodes.Status404NotFound, "There is no such thing here");
    public static readonly ProblemKind MethodNotAllowed = new("method-not-allowed", StatusCodes.Status405MethodNotAllowed, "The address does not offer this method");
    public static readonly ProblemKind AlreadyExists = new("execution-already-exists", StatusCodes.Status409Conflict, "The workflow id is taken");
    public static readonly ProblemKind ExecutionClosed = new("execution-closed", StatusCodes.Status409Conflict, "The execution has ended");
    public static readonly ProblemKind TooLarge = new("request-too-large", StatusCodes.Status413PayloadTooLarge, "The request is too large");
    public static readonly ProblemKind UnsupportedMediaType = new("unsupported-media-type", StatusCodes.Status415UnsupportedMediaType, "The body must be JSON");
    public static readonly ProblemKind UnknownWorkflowType = new("unknown-workflow-type", StatusCodes.Status422UnprocessableEntity, "No worker runs this workflow type");
    public static readonly ProblemKind ApiTokenRefused = new("api-token-refused", StatusCodes.Status409Conflict, "The workflow does not take the API token");
    public static readonly ProblemKind ApiTokenUnavailable = new("api-token-unavailable", StatusCodes.Status503ServiceUnavailable, "No API token can be had now");
    public static readonly ProblemKind Internal = new("internal", StatusCodes.Status500InternalServerError, "Something went wrong in the service");
    public static readonly ProblemKind LedgerDamaged = new("audit-ledger-damaged", StatusCodes.Status500InternalServerError, "The audit ledger is damaged");
    public static readonly ProblemKind Busy = new("busy", StatusCodes.Status429TooManyRequests, "Too much at once");
    public static readonly ProblemKind EngineUnavailable = new("engine-unavailable", StatusCodes.Status503ServiceUnavailable, "Workflows cannot be reached now");
    public static readonly ProblemKind AuditUnavailable = new("audit-unavailable", StatusCodes.Status503ServiceUnavailable, "Nothing is done that cannot be recorded");
    public static readonly ProblemKind IdentityProviderUnavailable =
        new("identity-provider-unavailable", StatusCodes.Status503ServiceUnavailable, "The identity provider cannot be reached now");
    public static readonly ProblemKind EngineTimeout = new("engine-timeout", StatusCodes.Status504GatewayTimeout, "Workflows did not answer in time");

    /// <summary>The problem's <c>type</c>.</summary>
    public string Type => $"urn:mandate:problem:{Name}";
}
