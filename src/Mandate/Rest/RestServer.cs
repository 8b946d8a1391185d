using System.Security.Cryptography.X509Certificates;
using Mandate.Auditing;
using Mandate.Authentication;
using Mandate.Configuration;
using Mandate.Executions;
using Mandate.Hosting;
using Mandate.Identity;
using Mandate.OpenApi;
using Mandate.Rest.Endpoints;
using Mandate.Rest.Input;
using Mandate.Rest.Problems;
using Mandate.Stateful;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Mandate.Rest;

/// <summary>The REST API on its own HTTP server.</summary>
internal sealed class RestServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RestServer(WebApplication app)
    {
        _app = app;
        Address = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    /// <summary>Where it listens, with the port the system chose if it was left to it.</summary>
    public Uri Address { get; }

    /// <summary>Starts to listen.</summary>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public static async Task<RestServer> StartAsync(RestServerParts parts, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = parts.Options.Environment });
        Listen(builder, parts.Options.Rest, asksForCertificates: parts.Options.Authentication.ClientCertificates.AuthoritiesFile is not null);
        Register(builder.Services, parts, loggers);
        var app = builder.Build();
        Map(app, parts);
        try
        {
            await app.StartAsync(cancellation);
            return new(app);
        }
        catch (Exception e)
        {
            await app.DisposeAsync();
            if (e is IOException)
                throw new IOException($"The REST API cannot listen on {parts.Options.Rest.Address}: {e.Message} Set Mandate:Rest:Address to another, or end the process that has it.", e);
            throw;
        }
    }

    /// <summary>Lets requests in flight finish, then stops.</summary>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static void Listen(WebApplicationBuilder builder, RestOptions options, bool asksForCertificates)
    {
        if (!ListenAddress.TryParse(options.Address, out var address, out var problem))
            throw new ConfigurationException($"Mandate:Rest:Address {problem}");
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = RequestBody.DrainLimit;
            kestrel.Listen(address.EndPoint, listener =>
            {
                listener.Protocols = address.IsHttps ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http1;
                if (address.IsHttps)
                {
                    listener.UseHttps(X509Certificate2.CreateFromPemFile(options.CertificateFile!, options.CertificateKeyFile), https =>
                    {
                        if (!asksForCertificates)
                            return;
                        // The handshake shows that the caller holds the key; whether the certificate is good is judged with all else the caller shows.
                        https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                        https.AllowAnyClientCertificate();
                    });
                }
            });
        });
    }

    private static void Register(IServiceCollection services, RestServerParts parts, ILoggerFactory loggers)
    {
        services.AddSingleton(loggers);
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddRoutingCore();
        services.AddSingleton(parts.Options);
        services.AddSingleton(parts.Connection);
        services.AddSingleton(new CallerConnection(parts.Connection, parts.Pipeline));
        services.AddSingleton(parts.Catalogue);
        services.AddSingleton(parts.Ledger);
        services.AddSingleton(parts.Ledger.Ledger);
        services.AddSingleton(parts.Ledger.Recorder);
        services.AddSingleton(parts.LedgerHealth);
        services.AddSingleton(parts.Identity);
        services.AddSingleton<RunIdentity>();
        services.AddSingleton<Readiness>();
        services.AddScoped<RequestAudit>();
        services.AddScoped<StartExecution>();
        services.AddScoped<FindExecution>();
        services.AddScoped<ReadExecution>();
        services.AddScoped<SignalExecution>();
        services.AddSingleton(parts.Tokens);
        services.AddScoped<ApiTokenDelivery>();
        services.AddScoped<SetApiToken>();
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, RestJson.Context);
            json.SerializerOptions.Encoder = RestJson.Context.Options.Encoder;
        });
        services.AddSingleton(parts.Options.Codec);
        services.AddCors(cors => cors.AddPolicy(CodecEndpoints.CorsPolicy, policy => policy
            .WithOrigins([.. parts.Options.Codec.AllowedOrigins])
            .WithMethods(HttpMethods.Post)
            .WithHeaders("Authorization", "Content-Type", "X-Namespace", IdentityHeaders.ApiKey)
            .SetPreflightMaxAge(TimeSpan.FromMinutes(10))));
        services.AddSingleton(parts.Callers);
        services.AddAuthorization();
        services.AddAuthentication(CallerAuthenticationHandler.SchemeName).AddScheme<AuthenticationSchemeOptions, CallerAuthenticationHandler>(CallerAuthenticationHandler.SchemeName, configureOptions: null);
        services.AddApiDescription();
    }

    private static void Map(WebApplication app, RestServerParts parts)
    {
        app.UseMiddleware<RequestTracing>();
        app.UseMiddleware<ProblemMiddleware>();
        app.UseRouting();
        // Before authentication: a browser's preflight request carries no token.
        app.UseCors();
        app.UseAuthentication();
        app.UseMiddleware<CallerMiddleware>();
        app.UseAuthorization();
        app.MapHealth();
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        app.MapPrincipalKeys();
        var guarded = app.MapGroup("").RequireAuthorization();
        guarded.MapExecutions();
        guarded.MapAuditEvents();
        guarded.MapAuditProofs();
        if (parts is { Options.Codec.Enabled: true, Codec: { } codec })
            guarded.MapCodec(codec);
        // Not described: it is for workers of this product, which know it.
        guarded.MapApiTokenAuthority(
            parts.TokenAuthority,
            parts.Identity.Verifier,
            parts.Connection.Namespace,
            token => parts.Pipeline.FindActivity(token) is { } task && task.Namespace == parts.Connection.Namespace ? new(task.RootWorkflowId, task.WorkflowId, task.RunId, task.Activity) : null).ExcludeFromDescription();
    }
}
