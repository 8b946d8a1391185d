using Mandate.Configuration;
using Mandate.Credentials;
using Mandate.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Acceptance.Tests.Starting;

/// <summary>Environment variables of deployments, under Mandate's names and under another product's.</summary>
public sealed class DeploymentVariableTests
{
    [Theory]
    [InlineData("MANDATE_", null)]
    [InlineData("ATLAN_", "ATLAN_")]
    public void Load_DeploymentsVariables_AreTheSettings(string prefix, string? configured)
    {
        var variables = new Dictionary<string, string>
        {
            [$"{prefix}WORKFLOW_AUTH_ENABLED"] = "true",
            [$"{prefix}WORKFLOW_AUTH_URL"] = "https://idp.example/token",
            [$"{prefix}WORKFLOW_AUTH_SCOPES"] = "a b",
            [$"{prefix}WORKFLOW_AUTH_AUDIENCE"] = "temporal",
            [$"{prefix}WORKFLOW_HOST"] = "temporal.example",
            [$"{prefix}WORKFLOW_PORT"] = "443",
            [$"{prefix}WORKFLOW_NAMESPACE"] = "orders",
            [$"{prefix}APPLICATION_NAME"] = "postgres-extraction",
            [$"{prefix}DEPLOYMENT_SECRET_COMPONENT"] = "vault",
            [$"{prefix}DEPLOYMENT_SECRET_NAME"] = "bundle",
            [$"{prefix}postgres_extraction_client_id"] = "id",
            [$"{prefix}postgres_extraction_client_secret"] = "secret-canary",
        };
        if (configured is not null)
            variables["MANDATE_WORKFLOW_ENV_PREFIX"] = configured;

        var (options, configuration) = SettingsLoader.Load(new() { Variables = variables });

        options.Temporal.Address.ShouldBe("temporal.example:443");
        options.Temporal.Namespace.ShouldBe("orders");
        options.Temporal.Tls.ShouldBeTrue("a token travels to another machine");
        var settings = options.WorkerAuthentication;
        settings.Enabled.ShouldBeTrue();
        (settings.TokenEndpoint, settings.Audience, settings.ApplicationName).ShouldBe(("https://idp.example/token", "temporal", "postgres-extraction"));
        (settings.SecretComponent, settings.SecretName, settings.EnvironmentPrefix).ShouldBe(("vault", "bundle", prefix));
        settings.Scopes.ShouldBe(["a", "b"]);
        settings.PlacesInForce.Select(p => p.Kind).ShouldBe([CredentialPlaceKind.Environment, CredentialPlaceKind.Dapr]);
        configuration.AsEnumerable().ShouldAllBe(pair => pair.Value != "secret-canary", "credentials are no settings");
    }

    [Theory]
    [InlineData("localhost", null, false)]
    [InlineData("127.0.0.1", null, false)]
    [InlineData("temporal.example", "false", false)]
    [InlineData("temporal.example", null, true)]
    public void Load_HostWithAuthentication_TlsIsTheDefaultBeyondThisMachine(string host, string? tls, bool expected)
    {
        var variables = new Dictionary<string, string> { ["MANDATE_WORKFLOW_AUTH_ENABLED"] = "true", ["MANDATE_WORKFLOW_HOST"] = host };
        if (tls is not null)
            variables["MANDATE_WORKFLOW_TLS_ENABLED"] = tls;

        var (options, _) = SettingsLoader.Load(new() { Variables = variables });

        options.Temporal.Tls.ShouldBe(expected);
        options.Temporal.Address.ShouldBe($"{host}:7233");
    }

    [Fact]
    public void Load_TemporalsOwnVariables_AreUnderstoodAndOverriddenByOurs()
    {
        var (options, _) = SettingsLoader.Load(new()
        {
            Variables = new Dictionary<string, string>
            {
                ["TEMPORAL_ADDRESS"] = "a:1", ["TEMPORAL_NAMESPACE"] = "n", ["TEMPORAL_API_KEY"] = "k", ["TEMPORAL_TLS"] = "true", ["TEMPORAL_TLS_SERVER_NAME"] = "s",
                ["TEMPORAL_TLS_SERVER_CA_CERT_PATH"] = "ca.pem", ["TEMPORAL_TLS_CLIENT_CERT_PATH"] = "c.pem", ["TEMPORAL_TLS_CLIENT_KEY_PATH"] = "k.pem",
                ["TEMPORAL_TLS_DISABLE_HOST_VERIFICATION"] = "false", ["MANDATE_WORKFLOW_HOST"] = "b", ["MANDATE_TEMPORAL__NAMESPACE"] = "m",
            },
        });

        (options.Temporal.Address, options.Temporal.Namespace, options.Temporal.ApiKey, options.Temporal.Tls).ShouldBe(("b:7233", "m", "k", true));
        (options.Temporal.AuthoritiesFile, options.Temporal.ClientCertificateFile, options.Temporal.ClientKeyFile, options.Temporal.ServerName).ShouldBe(("ca.pem", "c.pem", "k.pem", "s"));
    }

    [Theory]
    [InlineData("TEMPORAL_TLS_DISABLE_HOST_VERIFICATION", "true", "always verified")]
    [InlineData("TEMPORAL_TLS_CLIENT_KEY_DATA", "pem-canary", "TEMPORAL_TLS_CLIENT_KEY_PATH")]
    [InlineData("MANDATE_WORKFLOW_AUTH_ENABLED", "perhaps", "Mandate:WorkerAuthentication:Enabled")]
    [InlineData("MANDATE_WORKFLOW_AUTH_URI", "x", "Mandate:WORKFLOW_AUTH_URI is no setting")]
    public void Load_WhatCannotBeHonoured_IsNamed(string variable, string value, string named)
    {
        var error = Should.Throw<ConfigurationException>(() => SettingsLoader.Load(new() { Variables = new Dictionary<string, string> { [variable] = value } }));

        error.Message.ShouldContain(named);
        error.Message.ShouldNotContain("canary");
    }

    [Theory]
    [InlineData("MANDATE_TEMPORAL__ADDRESS", "", "Mandate:WorkerAuthentication:Enabled has no use")]
    [InlineData("MANDATE_TEMPORAL__ADDRESS", "temporal.example:7233", "Mandate:Temporal:Tls is required")]
    [InlineData("MANDATE_WORKERAUTHENTICATION__TOKENENDPOINT", "", "Mandate:WorkerAuthentication:TokenEndpoint or")]
    [InlineData("MANDATE_WORKERAUTHENTICATION__TOKENENDPOINT", "http://idp.example/token", "must be reached by https")]
    [InlineData("MANDATE_WORKERAUTHENTICATION__RESOURCE", "relative", "Mandate:WorkerAuthentication:Resource")]
    [InlineData("TEMPORAL_API_KEY", "key-canary", "exclude each other")]
    public void Validate_WrongSetting_IsNamed(string variable, string value, string named)
    {
        var (options, _) = SettingsLoader.Load(new() { Variables = new Dictionary<string, string>(Good) { [variable] = value } });

        var error = Should.Throw<ConfigurationException>(() => OptionsValidator.ForService(options));

        error.Message.ShouldContain(named);
        error.Message.ShouldNotContain("canary");
    }

    [Theory]
    [InlineData("MANDATE_WORKERAUTHENTICATION__APPLICATIONNAME", "a b", "application name")]
    [InlineData("MANDATE_WORKERAUTHENTICATION__METHOD", "TlsClientAuth", "client certificate")]
    [InlineData("MANDATE_WORKERAUTHENTICATION__PLACES__0__KIND", "File", "Places:0: Path is required")]
    public void Create_WrongSetting_IsNamed(string variable, string value, string named)
    {
        var (options, _) = SettingsLoader.Load(new() { Variables = new Dictionary<string, string>(Good) { [variable] = value } });

        Should.Throw<ConfigurationException>(() => WorkerAuthenticationFactory.Create(options.WorkerAuthentication, NullLoggerFactory.Instance)).Message.ShouldContain(named);
    }

    [Fact]
    public async Task Create_GoodSettings_IsForThatApplication()
    {
        var (options, _) = SettingsLoader.Load(new() { Variables = Good });
        OptionsValidator.ForService(options);

        await using var authentication = WorkerAuthenticationFactory.Create(options.WorkerAuthentication, NullLoggerFactory.Instance);

        authentication.ShouldNotBeNull().ApplicationName.ToString().ShouldBe("orders");
        WorkerAuthenticationFactory.Create(new() { Enabled = false }, NullLoggerFactory.Instance).ShouldBeNull();
    }

    private static Dictionary<string, string> Good => new()
    {
        ["MANDATE_AUTHENTICATION__AUTHORITY"] = "https://idp.example",
        ["MANDATE_AUTHENTICATION__AUDIENCE"] = "mandate",
        ["MANDATE_WORKERAUTHENTICATION__ENABLED"] = "true",
        ["MANDATE_WORKERAUTHENTICATION__APPLICATIONNAME"] = "orders",
        ["MANDATE_WORKERAUTHENTICATION__TOKENENDPOINT"] = "https://idp.example/token",
        ["MANDATE_TEMPORAL__ADDRESS"] = "127.0.0.1:7233",
    };
}
