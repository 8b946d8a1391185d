using Mandate.Acceptance.Tests.Support;
using Mandate.Acceptance.Tests.Workflows;
using Mandate.Engine;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Grpc;

namespace Mandate.Acceptance.Tests.Starting;

/// <summary>The program does not start with settings it cannot honour, and says which and what to do.</summary>
public sealed class StartTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<string, string, string> Wrong() => new()
    {
        { "MANDATE_AUTHENTICATION__AUTHORITY", "", "Mandate:Authentication:Authority is required" },
        { "MANDATE_AUTHENTICATION__AUTHORITY", "http://idp.example.com", "must be reached by https" },
        { "MANDATE_AUTHENTICATION__AUDIENCE", "", "Mandate:Authentication:Audience is required" },
        { "MANDATE_AUTHENTICATION__ALGORITHMS__0", "HS256", "'HS256' is not acceptable" },
        { "MANDATE_AUTHENTICATION__ALGORITHMS__0", "none", "'none' is not acceptable" },
        { "MANDATE_AUTHENTICATION__CLOCKSKEW", "1.00:00:00", "Mandate:Authentication:ClockSkew" },
        { "MANDATE_REST__ADDRESS", "localhost", "Mandate:Rest:Address" },
        { "MANDATE_REST__ADDRESS", "https://127.0.0.1:0", "Mandate:Rest:CertificateFile" },
        { "MANDATE_GRPC__ADDRESS", "0.0.0.0:0", "AllowRemoteClients" },
        { "MANDATE_DEVELOPMENT__ANONYMOUSCALLERS", "true", "Mandate:Development:AnonymousCallers is refused in the environment 'Production'" },
        { "MANDATE_GATEWAY__POLICYFILE", "no-such-policy.json", "Mandate:Gateway:PolicyFile names the file 'no-such-policy.json', which does not exist" },
        { "MANDATE_GATEWAY__POLICYFILE", "/dev/null", "The policy file '/dev/null' is not JSON" },
        { "MANDATE_GRPC__CERTIFICATEFILE", "/dev/null", "Mandate:Grpc:CertificateKeyFile belong together" },
        { "MANDATE_GRPC__ADDRESS", "nowhere", "Mandate:Grpc:Address" },
        { "MANDATE_GRPC__MAXINFLIGHT", "3", "Mandate:Grpc:MaxInFlight must be 4 or more" },
        { "MANDATE_ENGINE__MAXRUNMEMORY", "8", "Mandate:Engine:MaxRunMemory must be 16 or more" },
        { "MANDATE_ENGINE__MAXOPENRUNS", "0", "Mandate:Engine:MaxOpenRuns must be 1 or more" },
        { "MANDATE_GRPC__ENABLED", "maybe", "Mandate:Grpc:Enabled" },
        { "MANDATE_GRCP__ENABLED", "true", "Mandate:GRCP is no setting" },
        { "MANDATE_ENGINE__SEARCHATTRIBUTES__0", "City", "Mandate:Engine:SearchAttributes:0 'City' does not read name=type" },
        { "MANDATE_ENGINE__SEARCHATTRIBUTES__0", "City=2", "Mandate:Engine:SearchAttributes:0 'City=2' does not read name=type" },
        { "MANDATE_ENGINE__SEARCHATTRIBUTES__0", "RunId=Keyword", "Mandate:Engine:SearchAttributes:0 cannot be honoured. Search attribute 'RunId' is reserved" },
        { "MANDATE_WORKERS__0__ASSEMBLY", "/does/not/exist.dll", "Mandate:Workers:0:Assembly" },
        { "MANDATE_WORKERS__0__TYPES__0", "No.Such.Type", "Mandate:Workers:0:Types:0" },
        { "MANDATE_DEVELOPMENT__IDENTITYPROVIDER", "true", "refused in the environment 'Production'" },
        { "MANDATE_SERVICES__X__BASEADDRESS", "http://127.0.0.1:1", "Mandate:Credentials:TokenEndpoint" },
        { "MANDATE_IDENTITY__ALLOWSYSTEMPRINCIPAL__USER", "ops", "Mandate:Identity:AllowSystemPrincipal:Tenant is required" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Up_WrongSetting_EndsAtOnceAndNamesIt(string variable, string value, string named)
    {
        var settings = new Dictionary<string, string>(ServiceFixture.Workers)
        {
            ["MANDATE_DATADIRECTORY"] = _directory.File("data"),
            ["MANDATE_REST__ADDRESS"] = "http://127.0.0.1:0",
            ["MANDATE_GRPC__ADDRESS"] = "127.0.0.1:0",
            ["MANDATE_AUTHENTICATION__AUTHORITY"] = "https://idp.example.com",
            ["MANDATE_AUTHENTICATION__AUDIENCE"] = "mandate",
            [variable] = value,
        };

        var (exitCode, output) = await ServiceProcess.RunAsync(_directory, settings, "up");

        exitCode.ShouldBe(2, output);
        output.ShouldContain(named);
        output.ShouldNotContain("   at ", Case.Sensitive, "no stack trace");
    }

    [Fact]
    public async Task Up_WithSearchAttributes_HasThemFromTheStart()
    {
        await using var identities = await TestIdentityProvider.StartAsync();
        var settings = new Dictionary<string, string>(identities.Settings) { ["MANDATE_ENGINE__SEARCHATTRIBUTES__0"] = "City=Keyword", ["MANDATE_ENGINE__SEARCHATTRIBUTES__1"] = "Amount=int" };
        await using (await ServiceProcess.UpAsync(_directory, settings))
        {
            // It has registered them by now.
        }

        await using var engine = await EmbeddedEngine.StartAsync(new() { DataDirectory = Path.Combine(_directory.File("data"), "engine") });
        var registered = await engine.Handler.CallAsync<Protocol.Api.OperatorService.V1.ListSearchAttributesResponse>(new Protocol.Api.OperatorService.V1.ListSearchAttributesRequest { Namespace = "default" });
        (registered.CustomAttributes["City"], registered.CustomAttributes["Amount"]).ShouldBe((IndexedValueType.Keyword, IndexedValueType.Int));
    }

    [Fact]
    public async Task Up_SettingsFileThatIsNotJson_IsNamed()
    {
        await File.WriteAllTextAsync(_directory.File("appsettings.json"), "{ \"Mandate\": ");

        var (exitCode, output) = await ServiceProcess.RunAsync(_directory, new Dictionary<string, string>(), "up");

        exitCode.ShouldBe(2);
        output.ShouldContain("appsettings.json");
    }

    [Fact]
    public async Task Up_DataDirectoryInUse_IsRefusedAndTheFirstOneGoesOn()
    {
        await using var identities = await TestIdentityProvider.StartAsync();
        await using var first = await ServiceProcess.UpAsync(_directory, identities.Settings);

        var (exitCode, output) = await ServiceProcess.RunAsync(
            _directory,
            new Dictionary<string, string>(identities.Settings) { ["MANDATE_DATADIRECTORY"] = _directory.File("data"), ["MANDATE_REST__ADDRESS"] = "http://127.0.0.1:0", ["MANDATE_GRPC__ADDRESS"] = "127.0.0.1:0" },
            "up");

        exitCode.ShouldBe(2, output);
        output.ShouldContain(_directory.File("data"));
        using var rest = new RestClient(first.Rest, token: null);
        (await rest.GetAsync("/health/ready")).Status.ShouldBe(System.Net.HttpStatusCode.OK);
    }

    [Fact]
    public async Task Up_KeysOfAnOldLedgerLost_RefusesToMakeNewOnes()
    {
        await using var identities = await TestIdentityProvider.StartAsync();
        await using (await ServiceProcess.UpAsync(_directory, identities.Settings))
        {
            // Its keys and its ledger are there now.
        }

        File.Delete(Path.Combine(_directory.File("data"), "principal-keys.json"));
        var (exitCode, output) = await ServiceProcess.RunAsync(
            _directory,
            new Dictionary<string, string>(identities.Settings) { ["MANDATE_DATADIRECTORY"] = _directory.File("data"), ["MANDATE_REST__ADDRESS"] = "http://127.0.0.1:0", ["MANDATE_GRPC__ADDRESS"] = "127.0.0.1:0" },
            "up");

        exitCode.ShouldBe(2, output);
        output.ShouldContain("principal-keys.json");
    }

    [Fact]
    public async Task Gateway_WithoutUpstream_IsNotStartedAndSaysWhatIsMissing()
    {
        var (exitCode, output) = await ServiceProcess.RunAsync(_directory, new Dictionary<string, string> { ["MANDATE_DATADIRECTORY"] = _directory.File("data") }, "gateway");

        exitCode.ShouldBe(2, output);
        output.ShouldContain("Mandate:Temporal:Address is required for a gateway");
        output.ShouldContain("Mandate:Authentication:Authority is required");
    }

    [Fact]
    public async Task Up_Development_LetsLocalCallersInWithoutCredentials_AndProductionDoesNot()
    {
        await using var identities = await TestIdentityProvider.StartAsync();
        await using var service = await ServiceProcess.UpAsync(
            _directory, new Dictionary<string, string>(identities.Settings) { ["MANDATE_ENVIRONMENT"] = "Development", ["MANDATE_DEVELOPMENT__ANONYMOUSCALLERS"] = "true" });
        using var other = new TemporaryDirectory();
        await using var production = await ServiceProcess.UpAsync(other, identities.Settings);
        var request = new DescribeNamespaceRequest { Namespace = "default" };

        await using (var channel = new GrpcChannel(new GrpcChannelOptions { Target = service.Grpc }))
            await channel.Handler.CallAsync<DescribeNamespaceResponse>(request);
        await using (var channel = new GrpcChannel(new GrpcChannelOptions { Target = production.Grpc }))
            (await Should.ThrowAsync<RpcException>(() => channel.Handler.CallAsync<DescribeNamespaceResponse>(request))).Code.ShouldBe(RpcStatusCode.Unauthenticated);
    }

    [Fact]
    public async Task Worker_OnItsOwn_RunsWhatTheServiceStarts()
    {
        await using var identities = await TestIdentityProvider.StartAsync();
        var settings = new Dictionary<string, string>(identities.Settings) { [$"MANDATE_WORKFLOWS__{EchoWorkflow.TypeName}__TASKQUEUE"] = EchoWorkflow.TaskQueue };
        await using var service = await ServiceProcess.UpAsync(_directory, settings);
        await using var worker = ServiceProcess.StartWorker(_directory, new Dictionary<string, string>(ServiceFixture.Workers)
        {
            ["TEMPORAL_ADDRESS"] = service.Grpc,
            ["TEMPORAL_API_KEY"] = identities.WorkerToken(),
            ["MANDATE_IDENTITY__KEYSADDRESS"] = new Uri(service.Rest, "/.well-known/jwks.json").ToString(),
        });
        using var rest = new RestClient(service.Rest, identities.Token("alice", "acme"));

        (await rest.PostAsync("/v1/executions", new { workflowType = EchoWorkflow.TypeName, workflowId = "elsewhere", input = "x" })).Status.ShouldBe(System.Net.HttpStatusCode.Created);

        var execution = await RestWait.UntilEndedAsync(rest, "elsewhere");
        execution.GetProperty("result").GetProperty("WorkflowActsFor").GetString().ShouldBe("alice@acme");
        worker.HasExited.ShouldBeFalse(worker.Output);
    }

    [Fact]
    public async Task Up_AddressOfACluster_RunsThereAndStartsNoEngine()
    {
        using var elsewhere = new TemporaryDirectory();
        await using var identities = await TestIdentityProvider.StartAsync();
        await using var cluster = await EmbeddedEngine.StartAsync(new EngineOptions { DataDirectory = elsewhere.Path });
        await using var listener = await GrpcListener.StartAsync(cluster.Handler, new GrpcListenerOptions { ListenOn = new(System.Net.IPAddress.Loopback, 0) });

        await using var service = await ServiceProcess.UpAsync(
            _directory, new Dictionary<string, string>([.. identities.Settings, .. ServiceFixture.Workers]) { ["TEMPORAL_ADDRESS"] = listener.Address });

        Directory.Exists(Path.Combine(_directory.File("data"), "engine")).ShouldBeFalse();
        service.Output.ShouldContain($"cluster {listener.Address}");
        using var rest = new RestClient(service.Rest, identities.Token("alice", "acme"));
        (await rest.PostAsync("/v1/executions", new { workflowType = EchoWorkflow.TypeName, workflowId = "there", input = "x" })).Status.ShouldBe(System.Net.HttpStatusCode.Created);
        var execution = await RestWait.UntilEndedAsync(rest, "there");
        execution.GetProperty("result").GetProperty("WorkflowActsFor").GetString().ShouldBe("alice@acme");
        var described = await cluster.Handler.CallAsync<DescribeWorkflowExecutionResponse>(new DescribeWorkflowExecutionRequest { Namespace = "default", Execution = new() { WorkflowId = "there" } });
        described.WorkflowExecutionInfo.SearchAttributes.IndexedFields["MandateTenant"].Data.ToStringUtf8().ShouldBe("\"acme\"");

        await listener.DisposeAsync();
        (await rest.GetAsync("/health/ready")).Status.ShouldBe(System.Net.HttpStatusCode.ServiceUnavailable);
        Expect.Problem(await rest.GetAsync("/v1/executions/there"), System.Net.HttpStatusCode.ServiceUnavailable, "engine-unavailable");
    }

    [Fact]
    public async Task Up_TemporalNamespaceSet_IsTheNamespaceOfEveryRun()
    {
        await using var identities = await TestIdentityProvider.StartAsync();
        await using var service = await ServiceProcess.UpAsync(
            _directory, new Dictionary<string, string>([.. identities.Settings, .. ServiceFixture.Workers]) { ["TEMPORAL_NAMESPACE"] = "orders" });
        using var rest = new RestClient(service.Rest, identities.Token("alice", "acme"));

        (await rest.PostAsync("/v1/executions", new { workflowType = EchoWorkflow.TypeName, workflowId = "here", input = "x" })).Status.ShouldBe(System.Net.HttpStatusCode.Created);

        (await RestWait.UntilEndedAsync(rest, "here")).GetProperty("status").GetString().ShouldBe("completed");
        service.Output.ShouldContain("namespace orders");
    }

    [Fact]
    public async Task Up_AskedToStop_EndsWithSuccess()
    {
        await using var identities = await TestIdentityProvider.StartAsync();
        await using var service = await ServiceProcess.UpAsync(_directory, new Dictionary<string, string>([.. identities.Settings, .. ServiceFixture.Workers]));

        await service.TerminateAsync();

        service.ExitCode.ShouldBe(0, service.Output);
    }

    public void Dispose() => _directory.Dispose();
}
