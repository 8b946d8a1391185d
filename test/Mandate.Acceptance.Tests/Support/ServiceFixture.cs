using Mandate.Acceptance.Tests.Workflows;

namespace Mandate.Acceptance.Tests.Support;

/// <summary>The service with this assembly's workflows, trusting an identity provider of the test's own. Shared by the tests of a class.</summary>
public sealed class ServiceFixture : IAsyncLifetime
{
    internal TemporaryDirectory Directory { get; } = new();

    internal TestIdentityProvider Identities { get; private set; } = null!;

    internal ServiceProcess Service { get; private set; } = null!;

    /// <summary>Settings that let the service run this assembly's workflows.</summary>
    internal static Dictionary<string, string> Workers => new()
    {
        ["MANDATE_AUDIT__CHECKPOINTS__EVERY"] = "00:00:01",
        ["MANDATE_WORKERS__0__ASSEMBLY"] = typeof(EchoWorkflow).Assembly.Location,
        ["MANDATE_WORKERS__0__TASKQUEUE"] = EchoWorkflow.TaskQueue,
        ["MANDATE_WORKERS__0__TYPES__0"] = typeof(EchoWorkflow).FullName!,
        ["MANDATE_WORKERS__0__TYPES__1"] = typeof(EchoActivities).FullName!,
        ["MANDATE_WORKERS__0__TYPES__2"] = typeof(WaitingWorkflow).FullName!,
    };

    public async Task InitializeAsync()
    {
        Identities = await TestIdentityProvider.StartAsync();
        Service = await ServiceProcess.UpAsync(Directory, new Dictionary<string, string>([.. Identities.Settings, .. Workers]));
    }

    public async Task DisposeAsync()
    {
        await Service.DisposeAsync();
        await Identities.DisposeAsync();
        Directory.Dispose();
    }

    internal RestClient As(string user, string tenant) => new(Service.Rest, Identities.Token(user, tenant));

    /// <summary>The engine as an operator sees it, to whom nothing is hidden.</summary>
    internal EngineClient Engine() => new(Service.Grpc, Identities.OperatorToken());

    internal RestClient WithToken(string? token) => new(Service.Rest, token);
}
