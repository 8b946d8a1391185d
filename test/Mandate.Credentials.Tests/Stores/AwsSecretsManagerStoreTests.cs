using System.Text.Json;
using Mandate.Testing;
using Mandate.Testing.Stores;

namespace Mandate.Credentials.Tests.Stores;

/// <summary>A scripted Secrets Manager that checks method, path, headers and signature as AWS does.</summary>
public sealed class AwsSecretsManagerStoreTests
{
    private const string Region = "eu-central-1";

    private static readonly Dictionary<string, string> Variables = new() { ["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE", ["AWS_SECRET_ACCESS_KEY"] = "wJalr-canary", ["AWS_SESSION_TOKEN"] = "session-canary" };

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    [Scenario("worker-authentication", 30)]
    public async Task Read_JsonSecret_IsSignedAndItsMembersAreValues()
    {
        var script = new ScriptedSecretsManager(Region, id => id == "AKIDEXAMPLE" ? "wJalr-canary" : null, _clock) { Secrets = { ["prod/orders"] = """{"orders_client_id":"id","orders_client_secret":"s"}""" } };
        await using var aws = await ScriptedHttpServer.StartAsync(script.Answer);
        using var store = Store(aws, Variables);

        var found = (await new SecretStoreCredentials(store, "prod/orders").FindAsync(ApplicationName.Parse("orders"), needsSecret: true)).ShouldNotBeNull();

        (found.ClientId, found.ClientSecret!.Reveal(), found.Source).ShouldBe(("id", "s", "AWS Secrets Manager eu-central-1"));
        var request = aws.Received.ShouldHaveSingleItem();
        request.Method.ShouldBe("POST");
        request.Uri.PathAndQuery.ShouldBe("/");
        request.Header("X-Amz-Target").ShouldBe("secretsmanager.GetSecretValue");
        request.Header("Content-Type").ShouldBe("application/x-amz-json-1.1");
        request.Header("X-Amz-Security-Token").ShouldBe("session-canary");
        request.Body.ShouldBe("""{"SecretId":"prod/orders"}""");
    }

    [Fact]
    [Scenario("worker-authentication", 30)]
    public async Task Read_WrongSecretKey_IsRefusedByTheSignature()
    {
        await using var aws = await ScriptedHttpServer.StartAsync(request => new(IsSigned(request, "another key") ? 200 : 400, """{"__type":"InvalidSignatureException","message":"wJalr-canary"}"""));
        using var store = Store(aws, Variables);

        var error = await Should.ThrowAsync<SecretStoreException>(async () => await store.ReadAsync("x"));

        error.Message.ShouldContain("AWS credentials");
        error.ToString().ShouldNotContain("canary");
    }

    [Fact]
    public async Task Read_PlainSecret_IsOneValue()
    {
        await using var aws = await ScriptedHttpServer.StartAsync(_ => new(200, """{"SecretString":"plain"}"""));
        using var store = Store(aws, Variables);

        (await store.ReadAsync("orders_client_secret")).ShouldNotBeNull().TryGet("orders_client_secret", out var value).ShouldBeTrue();

        value!.Reveal().ShouldBe("plain");
    }

    [Theory]
    [InlineData(400, "ResourceNotFoundException", null, false)]
    [InlineData(400, "com.amazonaws.secretsmanager#ResourceNotFoundException", null, false)]
    [InlineData(400, "AccessDeniedException", "GetSecretValue", false)]
    [InlineData(400, "ThrottlingException", "trouble", true)]
    [InlineData(500, "", "500", true)]
    [InlineData(200, "", "SecretString", false)]
    public async Task Read_ServiceRefuses_SaysWhatToDo(int status, string type, string? hint, bool isTransient)
    {
        await using var aws = await ScriptedHttpServer.StartAsync(_ => new(status, $$"""{"__type":"{{type}}"}"""));
        using var store = Store(aws, Variables);

        if (hint is null)
        {
            (await store.ReadAsync("x")).ShouldBeNull();
            return;
        }

        var error = await Should.ThrowAsync<SecretStoreException>(async () => await store.ReadAsync("x"));
        error.Message.ShouldContain(hint);
        error.IsTransient.ShouldBe(isTransient);
    }

    [Fact]
    [Scenario("worker-authentication", 30)]
    public async Task Read_InAContainer_TakesItsRoleAndRenewsTheKeysBeforeTheyExpire()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.File("token"), "pod-token");
        var issued = 0;
        await using var agent = await ScriptedHttpServer.StartAsync(request => request.Header("Authorization") == "pod-token"
            ? new(200, JsonSerializer.Serialize(new { AccessKeyId = $"ASIA{++issued}", SecretAccessKey = $"key-{issued}", Token = $"session-{issued}", Expiration = _clock.GetUtcNow().AddHours(1).ToString("O") }))
            : new(401));
        await using var aws = await ScriptedHttpServer.StartAsync(request => new(IsSigned(request, $"key-{issued}") ? 200 : 400, """{"SecretString":"s"}"""));
        using var store = Store(aws, new() { ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = agent.Address.ToString(), ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = directory.File("token") });

        await store.ReadAsync("x");
        await store.ReadAsync("x");
        issued.ShouldBe(1);
        _clock.Advance(TimeSpan.FromMinutes(55));
        await store.ReadAsync("x");

        issued.ShouldBe(2);
        aws.Received.Select(r => r.Header("X-Amz-Security-Token")).ShouldBe(["session-1", "session-1", "session-2"]);
    }

    [Fact]
    [Scenario("worker-authentication", 30)]
    public async Task Read_WithAWebIdentity_AssumesTheRole()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.File("token"), "web-identity-token");
        await using var sts = await ScriptedHttpServer.StartAsync(_ => new(
            200,
            $"""
            <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials>
            <SessionToken>session</SessionToken><SecretAccessKey>key</SecretAccessKey><Expiration>{_clock.GetUtcNow().AddHours(1):O}</Expiration><AccessKeyId>ASIA</AccessKeyId>
            </Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>
            """,
            "text/xml"));
        await using var aws = await ScriptedHttpServer.StartAsync(request => new(IsSigned(request, "key") ? 200 : 400, """{"SecretString":"s"}"""));
        using var store = new AwsSecretsManagerStore(
            new()
            {
                Region = Region,
                Endpoint = aws.Address,
                TokenServiceEndpoint = sts.Address,
                Variables = new Dictionary<string, string> { ["AWS_ROLE_ARN"] = "arn:aws:iam::1:role/orders", ["AWS_WEB_IDENTITY_TOKEN_FILE"] = directory.File("token") }.GetValueOrDefault,
            },
            time: _clock);

        (await store.ReadAsync("x")).ShouldNotBeNull();

        var form = sts.Received.ShouldHaveSingleItem().Form;
        form["Action"].ShouldBe("AssumeRoleWithWebIdentity");
        form["RoleArn"].ShouldBe("arn:aws:iam::1:role/orders");
        form["WebIdentityToken"].ShouldBe("web-identity-token");
        form["Version"].ShouldBe("2011-06-15");
    }

    [Fact]
    public async Task Read_NoAwsCredentials_SaysWhatToSet()
    {
        await using var aws = await ScriptedHttpServer.StartAsync(_ => new(200));
        using var store = Store(aws, new() { ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://elsewhere.example/" });

        (await Should.ThrowAsync<SecretStoreException>(async () => await store.ReadAsync("x"))).Message.ShouldContain("AWS_ACCESS_KEY_ID");

        aws.Received.ShouldBeEmpty();
    }

    private AwsSecretsManagerStore Store(ScriptedHttpServer aws, Dictionary<string, string> variables) =>
        new(new() { Region = Region, Endpoint = aws.Address, Variables = variables.GetValueOrDefault }, time: _clock);

    /// <summary>Whether it is signed with the key the server knows.</summary>
    private static bool IsSigned(ReceivedRequest request, string key) => new ScriptedSecretsManager(Region, _ => key).IsSigned(request);
}
