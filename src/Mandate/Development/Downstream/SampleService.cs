using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Mandate.Identity;
using Mandate.Identity.Forwarding;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Primitives;

namespace Mandate.Development.Downstream;

/// <summary>
/// DEVELOPMENT ONLY. A service that activities call: it accepts tokens of its own audience, does what it is asked for in name only, and remembers
/// what it saw of each call.
/// </summary>
internal sealed class SampleService : IAsyncDisposable
{
    /// <summary>The audience its callers' tokens must carry.</summary>
    public const string Audience = "warehouse";

    private const string Part = "sample service";
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ReceivedCall> _received;

    private SampleService(WebApplication app, ConcurrentQueue<ReceivedCall> received)
    {
        _app = app;
        _received = received;
        Address = LoopbackServer.AddressOf(app);
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>The calls so far, in order.</summary>
    public IReadOnlyList<ReceivedCall> Received => [.. _received];

    /// <summary>Starts it.</summary>
    /// <exception cref="Configuration.ConfigurationException">The environment is not <c>Development</c>.</exception>
    public static async Task<SampleService> StartAsync(string environment, string authority, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var builder = LoopbackServer.CreateBuilder(Part, environment, new(IPAddress.Loopback, 0), loggers);
        builder.Services.AddAuthorization();
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(bearer =>
        {
            bearer.Authority = authority;
            bearer.RequireHttpsMetadata = false;
            bearer.MapInboundClaims = false;
            bearer.TokenValidationParameters.ValidAudience = Audience;
            bearer.TokenValidationParameters.ValidAlgorithms = [IdentityProvider.TokenIssuer.Algorithm];
        });
        var app = builder.Build();
        var received = new ConcurrentQueue<ReceivedCall>();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapPost("/{operation}", (RequestDelegate)(context => ReceiveAsync(context, received))).RequireAuthorization();
        await app.StartAsync(cancellation);
        return new(app, received);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task ReceiveAsync(HttpContext context, ConcurrentQueue<ReceivedCall> received)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var headers = context.Request.Headers;
        var call = new ReceivedCall
        {
            Operation = (string)context.Request.RouteValues["operation"]!,
            Service = context.User.FindFirst("sub")?.Value ?? "",
            Audience = string.Join(' ', context.User.FindAll("aud").Select(c => c.Value)),
            User = Only(headers[IdentityHeaders.ForwardedUser]),
            Tenant = Only(headers[IdentityHeaders.ForwardedTenant]),
            IsTraced = headers.TraceParent.Count == 1,
            Everything = string.Join('\n', headers.Select(h => $"{h.Key}: {h.Value}").Append(context.Request.QueryString.Value).Append(body)),
        };
        received.Enqueue(call);
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(
            JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["operation"] = call.Operation, ["user"] = call.User, ["tenant"] = call.Tenant }), context.RequestAborted);
    }

    /// <summary>A header that is there twice is somebody's trick, and names nobody.</summary>
    private static string Only(StringValues values) => values is [{ } only] ? ForwardedValue.TryDecode(only) ?? "" : "";
}
