using System.Diagnostics;
using Mandate.Engine;
using Mandate.Temporal.Client;
using Mandate.Temporal.Hosting;
using Mandate.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mandate.Identity.Tests.Propagation;

/// <summary>The whole way in a host: worker, identity and HTTP client, each registered with its one line.</summary>
public sealed class HostedWorkerTests
{
    [Fact]
    public async Task Activity_CallsAServiceThroughItsClient_ArrivesAsTheServiceForTheUser()
    {
        using var directory = new TemporaryDirectory();
        using var envelopes = EnvelopeFixture.Create();
        using var tracing = ListenAsTelemetryDoes();
        await using var engine = await EmbeddedEngine.StartAsync(new() { DataDirectory = directory.Path });
        await using var orders = await ServeAsync();
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton<ITemporalClient>(new TemporalClient(engine.Handler));
        builder.Services.AddSingleton(envelopes.Verifier);
        builder.Services.AddSingleton<IServiceTokenSource>(new ServiceTokens());
        builder.Services.AddHttpClient("orders").AddForwardedIdentity("orders-audience");
        builder.Services.AddMandateWorker("calls").AddIdentityPropagation().AddWorkflow<CallingWorkflow>().AddScopedActivities<CallingActivities>();
        using var host = builder.Build();
        await host.StartAsync();

        var client = new TemporalClient(engine.Handler, new TemporalClientOptions().AddIdentityPropagation(envelopes.Signer));
        string received;
        using (Principal.Use(new("älice", "acme")))
            received = await (await client.StartWorkflowAsync((CallingWorkflow wf) => wf.RunAsync(orders.Urls.Single()), new("call", "calls"))).GetResultAsync().WithinLimit();
        await host.StopAsync();

        received.ShouldStartWith("Bearer service-token-for-orders-audience | %C3%A4lice | acme | 00-");
    }

    [Fact]
    public async Task Worker_WithoutVerifier_SaysWhatToRegister()
    {
        using var directory = new TemporaryDirectory();
        await using var engine = await EmbeddedEngine.StartAsync(new() { DataDirectory = directory.Path });
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton<ITemporalClient>(new TemporalClient(engine.Handler));
        builder.Services.AddMandateWorker("calls").AddIdentityPropagation().AddWorkflow<CallingWorkflow>();
        using var host = builder.Build();
        var worker = (BackgroundService)host.Services.GetServices<IHostedService>().Single();
        await worker.StartAsync(CancellationToken.None);

        (await Should.ThrowAsync<InvalidOperationException>(worker.ExecuteTask!.WithinLimit())).Message.ShouldContain(nameof(PrincipalVerifier));
    }

    /// <summary>The platform's client starts a trace and sends <c>traceparent</c> when somebody listens.</summary>
    private static ActivityListener ListenAsTelemetryDoes()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "System.Net.Http",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private static async Task<WebApplication> ServeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(context =>
        {
            var headers = context.Request.Headers;
            return context.Response.WriteAsync($"{headers.Authorization} | {headers["X-Forwarded-User"]} | {headers["X-Forwarded-Tenant"]} | {headers.TraceParent}");
        });
        await app.StartAsync();
        return app;
    }

    private sealed class ServiceTokens : IServiceTokenSource
    {
        public ValueTask<string> GetTokenAsync(string audience, bool forceRefresh, CancellationToken cancellation) => new($"service-token-for-{audience}");
    }
}
