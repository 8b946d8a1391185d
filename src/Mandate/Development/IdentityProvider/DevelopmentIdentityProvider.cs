using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Mandate.Development.IdentityProvider;

/// <summary>
/// DEVELOPMENT ONLY. An identity provider that gives a token to everybody who asks: users by name without a password, the service by its client secret. It
/// publishes a discovery document and keys as a real one does, so that the service under development is set up as it will be in production.
/// </summary>
internal sealed class DevelopmentIdentityProvider : IAsyncDisposable
{
    /// <summary>Scope of a client that polls for tasks.</summary>
    public const string WorkerScope = "mandate:worker";

    private const string Part = "development identity provider";
    private readonly WebApplication _app;
    private readonly TokenIssuer _issuer;

    private DevelopmentIdentityProvider(WebApplication app, TokenIssuer issuer, Uri address)
    {
        _app = app;
        _issuer = issuer;
        Authority = address.ToString().TrimEnd('/');
    }

    /// <summary>The issuer of its tokens, below which its discovery document is.</summary>
    public string Authority { get; }

    /// <summary>Where tokens are asked for.</summary>
    public Uri TokenEndpoint => new($"{Authority}/token");

    /// <summary>Starts it.</summary>
    /// <exception cref="Configuration.ConfigurationException">The environment is not <c>Development</c>, or the address is not loopback.</exception>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public static async Task<DevelopmentIdentityProvider> StartAsync(DevelopmentIdentityProviderOptions options, CancellationToken cancellation)
    {
        var builder = LoopbackServer.CreateBuilder(Part, options.Environment, options.ListenOn, options.LoggerFactory);
        var app = builder.Build();
        var issuer = new TokenIssuer(options);
        app.MapGet("/.well-known/openid-configuration", (RequestDelegate)(context => WriteAsync(context, StatusCodes.Status200OK, Discovery(issuer))));
        app.MapGet("/.well-known/jwks.json", (RequestDelegate)(context => WriteAsync(context, StatusCodes.Status200OK, issuer.KeySet())));
        app.MapPost("/token", (RequestDelegate)(context => TokenAsync(context, options, issuer)));
        await app.StartAsync(cancellation);
        var address = LoopbackServer.AddressOf(app);
        issuer.Authority = address.ToString().TrimEnd('/');
        return new(app, issuer, address);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _issuer.Dispose();
    }

    private static Dictionary<string, object> Discovery(TokenIssuer issuer) => new()
    {
        ["issuer"] = issuer.Authority,
        ["jwks_uri"] = $"{issuer.Authority}/.well-known/jwks.json",
        ["token_endpoint"] = $"{issuer.Authority}/token",
        ["grant_types_supported"] = (string[])["password", "client_credentials"],
        ["token_endpoint_auth_methods_supported"] = (string[])["client_secret_basic", "client_secret_post"],
        ["response_types_supported"] = Array.Empty<string>(),
        ["subject_types_supported"] = (string[])["public"],
        ["id_token_signing_alg_values_supported"] = (string[])[TokenIssuer.Algorithm],
    };

    private static async Task TokenAsync(HttpContext context, DevelopmentIdentityProviderOptions options, TokenIssuer issuer)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var form = QueryHelpers.ParseQuery(await reader.ReadToEndAsync(context.RequestAborted));
        var audience = Value(form, "audience");
        var answer = Value(form, "grant_type") switch
        {
            "password" => DevelopmentUser.All.FirstOrDefault(u => u.Name == Value(form, "username")) is { } user
                ? issuer.ForUser(user, audience ?? options.UserAudience, Value(form, "scope"))
                : Error("invalid_grant", $"There is no such user. There are: {string.Join(", ", DevelopmentUser.All.Select(u => u.Name))}."),
            "client_credentials" when !IsClient(context, form, options) => Error("invalid_client", "The client's id or secret is wrong."),
            "client_credentials" => audience is null
                ? Error("invalid_target", "Name the audience of the token: audience=….")
                : issuer.ForService(options.ClientId, audience, isWorker: Value(form, "scope") == WorkerScope),
            _ => Error("unsupported_grant_type", "Use grant_type=password with username=…, or grant_type=client_credentials with audience=…."),
        };
        context.Response.Headers.CacheControl = "no-store";
        var status = !answer.TryGetValue("error", out var error) ? StatusCodes.Status200OK
            : Equals(error, "invalid_client") ? StatusCodes.Status401Unauthorized
            : StatusCodes.Status400BadRequest;
        await WriteAsync(context, status, answer);
    }

    private static bool IsClient(HttpContext context, Dictionary<string, StringValues> form, DevelopmentIdentityProviderOptions options)
    {
        var (id, secret) = (Value(form, "client_id") ?? "", Value(form, "client_secret") ?? "");
        if (context.Request.Headers.Authorization is [{ } header] && header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            var buffer = new byte[header.Length];
            if (!Convert.TryFromBase64String(header["Basic ".Length..].Trim(), buffer, out var length))
                return false;
            var parts = Encoding.UTF8.GetString(buffer, 0, length).Split(':', 2);
            if (parts.Length != 2)
                return false;
            // Both halves are form-encoded first (RFC 6749, section 2.3.1).
            (id, secret) = (FormDecode(parts[0]), FormDecode(parts[1]));
        }

        return id == options.ClientId
            && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(secret)), SHA256.HashData(Encoding.UTF8.GetBytes(options.ClientSecret.Reveal())));
    }

    private static string FormDecode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private static string? Value(Dictionary<string, StringValues> form, string name) =>
        form.TryGetValue(name, out var values) && values is [{ Length: > 0 } value] ? value : null;

    private static Dictionary<string, object> Error(string code, string description) => new() { ["error"] = code, ["error_description"] = description };

    private static async Task WriteAsync(HttpContext context, int status, Dictionary<string, object> body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(body), context.RequestAborted);
    }
}
