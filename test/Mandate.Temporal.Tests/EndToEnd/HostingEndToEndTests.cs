using Mandate.Temporal.Activities;
using Mandate.Temporal.Client;
using Mandate.Temporal.Hosting;
using Mandate.Temporal.Tests.Support;
using Mandate.Temporal.Workflows;
using Mandate.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mandate.Temporal.Tests.EndToEnd;

public sealed class HostingEndToEndTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    [Fact]
    public async Task AddMandateWorker_ScopedActivities_GetAScopePerAttempt()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddScoped<Scope>();
        builder.Services.AddSingleton<ITemporalClient>(new TemporalClient(engine.Engine.Handler));
        var queue = Guid.NewGuid().ToString();
        builder.Services.AddMandateWorker(queue).AddWorkflow<TwoScopes>().AddScopedActivities<ScopedActivities>().AddStaticActivities(typeof(StaticActivities));
        using var host = builder.Build();
        await host.StartAsync();

        var ids = await host.Services.GetRequiredService<ITemporalClient>()
            .ExecuteWorkflowAsync((TwoScopes wf) => wf.RunAsync(), new(Guid.NewGuid().ToString(), queue))
            .WaitAsync(Eventually.Limit);

        ids.Distinct().Count().ShouldBe(3);
        Scope.Disposed.ShouldBe(2);
        await host.StopAsync();
    }

    [Fact]
    public void AddWorkflow_ThatCannotBeOne_FailsWhileTheHostIsBuilt() =>
        Should.Throw<ArgumentException>(() => new ServiceCollection().AddMandateWorker("queue").AddWorkflow<HostingEndToEndTests>()).Message.ShouldContain("[Workflow]");

    [Fact]
    public async Task AddMandateWorker_WithoutClient_SaysWhatToRegister()
    {
        var services = new ServiceCollection();
        services.AddMandateWorker("queue").AddWorkflow<TwoScopes>();
        await using var provider = services.BuildServiceProvider();
        var service = (BackgroundService)provider.GetRequiredService<IHostedService>();

        await service.StartAsync(CancellationToken.None);

        (await Should.ThrowAsync<InvalidOperationException>(service.ExecuteTask!)).Message.ShouldContain("AddTemporalClient");
    }

    public static class StaticActivities
    {
        [Activity]
        public static string Static() => "static";
    }

    public sealed class Scope : IDisposable
    {
        internal static int Disposed { get; private set; }

        internal string Id { get; } = Guid.NewGuid().ToString();

        public void Dispose() => Disposed++;
    }

    public sealed class ScopedActivities(Scope scope)
    {
        [Activity]
        public Task<string> ScopeAsync() => Task.FromResult(scope.Id);
    }

    [Workflow]
    public sealed class TwoScopes
    {
        [WorkflowRun]
        public async Task<string[]> RunAsync() =>
        [
            await Workflow.ExecuteActivityAsync((ScopedActivities a) => a.ScopeAsync(), Greeting.Options),
            await Workflow.ExecuteActivityAsync((ScopedActivities a) => a.ScopeAsync(), Greeting.Options),
            await Workflow.ExecuteActivityAsync(() => StaticActivities.Static(), Greeting.Options),
        ];
    }
}
