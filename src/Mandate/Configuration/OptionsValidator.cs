using Mandate.Credentials;
using System.Net;
using Mandate.Engine;
using Mandate.Credentials.Vault;
using Mandate.Identity;
using Mandate.Identity.Callers;

namespace Mandate.Configuration;

/// <summary>Checks settings before anything starts. Every message names the setting, what is wrong with it and what to do.</summary>
internal sealed class OptionsValidator
{
    private readonly MandateOptions _options;
    private readonly List<string> _errors = [];

    private OptionsValidator(MandateOptions options) => _options = options;

    /// <summary>Checks what <c>mandate up</c> needs.</summary>
    /// <exception cref="ConfigurationException">At least one setting is wrong; all of them are named.</exception>
    public static void ForService(MandateOptions options)
    {
        var check = new OptionsValidator(options);
        check.Common();
        check.Audit();
        check.Rest();
        check.Grpc();
        check.Authentication();
        check.Codec();
        check.Development();
        check.Workflows();
        check.Throw();
    }

    /// <summary>Checks what <c>mandate gateway</c> needs.</summary>
    /// <exception cref="ConfigurationException">At least one setting is wrong; all of them are named.</exception>
    public static void ForGateway(MandateOptions options)
    {
        var check = new OptionsValidator(options);
        check.Common();
        check.Audit();
        if (string.IsNullOrWhiteSpace(options.Temporal.Address))
            check.Wrong("Temporal:Address", "is required for a gateway: the address of the cluster it stands in front of (--upstream, TEMPORAL_ADDRESS).");
        if (options.Development.IdentityProvider)
            check.Wrong("Development:IdentityProvider", "runs with `mandate up` only: name its address in Mandate:Authentication:Authority.");
        check.Listener();
        check.Authentication();
        check.Development();
        check.Throw();
    }

    /// <summary>Checks what <c>mandate worker</c> needs.</summary>
    /// <exception cref="ConfigurationException">At least one setting is wrong; all of them are named.</exception>
    public static void ForWorker(MandateOptions options)
    {
        var check = new OptionsValidator(options);
        check.Common();
        if (string.IsNullOrWhiteSpace(options.Temporal.Address))
            check.Wrong("Temporal:Address", "is required for a worker on its own: the address of the service's gRPC listener or of the cluster (TEMPORAL_ADDRESS).");
        if (check.Required("Identity:KeysAddress", options.Identity.KeysAddress, "the address of the service's /.well-known/jwks.json, with which signed principals are verified"))
            check.SecureAddress("Identity:KeysAddress", options.Identity.KeysAddress!);
        if (options.Workers.Count == 0)
            check.Wrong("Workers:0:Assembly", "is required: a worker needs at least one assembly to run.");
        check.Throw();
    }

    private void Common()
    {
        Required("DataDirectory", _options.DataDirectory, "a directory for the store, the ledger and the keys");
        if (Required("Temporal:Namespace", _options.Temporal.Namespace, "the namespace of every run") && _options.Temporal.Namespace.Length > 255)
            Wrong("Temporal:Namespace", "is longer than 255 characters.");
        Required("Identity:Issuer", _options.Identity.Issuer, "the name that signed principals carry as their issuer");
        MustExist("Payloads:KeyFile", _options.Payloads.KeyFile);
        SystemPrincipal();
        Gateway();
        WorkerAuthentication();
        Credentials();
        Services();
        ApiTokens();
        Workers();
        Telemetry();
    }

    private void Telemetry()
    {
        var telemetry = _options.Telemetry;
        if (telemetry.OtlpEndpoint is { } endpoint)
        {
            // A key for the collector must not travel in clear; measurements may, within a cluster.
            if (telemetry.OtlpHeadersFile is not null)
                SecureAddress("Telemetry:OtlpEndpoint", endpoint);
            else if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
                Wrong("Telemetry:OtlpEndpoint", "must be an address such as http://localhost:4317.");
        }

        MustExist("Telemetry:OtlpHeadersFile", telemetry.OtlpHeadersFile);
        if (telemetry.OtlpProtocol is not (null or "grpc" or "http/protobuf"))
            Wrong("Telemetry:OtlpProtocol", "must be grpc or http/protobuf.");
        if (telemetry.SampleRatio is not (>= 0 and <= 1))
            Wrong("Telemetry:SampleRatio", "must be between 0 and 1.");
        if (telemetry.MetricsEvery < TimeSpan.FromSeconds(1) || telemetry.MetricsEvery > TimeSpan.FromHours(1))
            Wrong("Telemetry:MetricsEvery", "must be between 00:00:01 and 01:00:00.");
    }

    private void ApiTokens()
    {
        var tokens = _options.ApiTokens;
        if (tokens.CacheFor < TimeSpan.Zero || tokens.CacheFor > TimeSpan.FromMinutes(1))
            Wrong("ApiTokens:CacheFor", "must be between 00:00:00 and 00:01:00.");
        MustExist("ApiTokens:PostgresFile", tokens.PostgresFile);
        Hosts("ApiTokens:Hosts", tokens.Hosts);
        if (tokens.TokenExchange is { } exchange)
            OAuth2Client("ApiTokens:TokenExchange", exchange);
        if (tokens.KeyStore is { } keyStore)
            Store("ApiTokens:KeyStore", keyStore);
        if (tokens is { KeyStore: not null, KeyFile: not null })
            Wrong("ApiTokens:KeyStore", "and Mandate:ApiTokens:KeyFile exclude each other: the keys are in one place.");
        if (tokens.ServiceAddress is { } address)
            SecureAddress("ApiTokens:ServiceAddress", address);
        foreach (var (name, source) in tokens.Sources)
        {
            var setting = $"ApiTokens:Sources:{name}";
            if (source.Store is { } store)
            {
                if (source.IsSet)
                    Wrong($"{setting}:Store", "and an OAuth2 client exclude each other: a source has one origin.");
                Store($"{setting}:Store", store);
            }
            else
            {
                OAuth2Client(setting, source);
            }

            if (source.CheckEvery < TimeSpan.FromSeconds(1))
                Wrong($"{setting}:CheckEvery", "must be 00:00:01 or more.");
            if (source.RefreshBefore <= TimeSpan.Zero)
                Wrong($"{setting}:RefreshBefore", "must be more than 00:00:00.");
            if (source.Hosts.Count == 0)
                Wrong($"{setting}:Hosts", "is required: without it the source's tokens could be sent nowhere.");
            Hosts($"{setting}:Hosts", source.Hosts);
        }
    }

    private void OAuth2Client(string setting, OAuth2ClientOptions client)
    {
        if (client.TokenEndpoint is null == client.Authority is null)
            Wrong($"{setting}:TokenEndpoint", "or Authority is required: exactly one of them.");
        else
            SecureAddress(client.TokenEndpoint is null ? $"{setting}:Authority" : $"{setting}:TokenEndpoint", client.TokenEndpoint ?? client.Authority!);
        Required($"{setting}:ClientId", client.ClientId, "the client at the provider");
        if (client.ClientSecretStore is { } store)
        {
            if ((client.ClientSecret ?? client.ClientSecretFile) is not null)
                Wrong($"{setting}:ClientSecretStore", "and ClientSecretFile exclude each other: the secret is in one place.");
            Store($"{setting}:ClientSecretStore", store);
        }
        else if (client.ClientSecret is null)
        {
            Required($"{setting}:ClientSecretFile", client.ClientSecretFile, "the file with the client's secret");
        }

        MustExist($"{setting}:ClientSecretFile", client.ClientSecretFile);
    }

    private void Store(string setting, CredentialPlaceOptions store)
    {
        Required($"{setting}:SecretName", store.SecretName, "the secret in the store");
        try
        {
            store.CreateStore();
        }
        catch (FormatException e)
        {
            Wrong(setting, $"cannot be used: {e.Message}");
        }
    }

    private void Hosts(string setting, List<string> hosts)
    {
        try
        {
            AllowedHosts.Parse(hosts);
        }
        catch (FormatException e)
        {
            Wrong(setting, $"cannot be used: {e.Message}");
        }
    }

    private void Rest()
    {
        if (ListenAddress.TryParse(_options.Rest.Address, out var address, out var problem))
        {
            var hasCertificate = _options.Rest.CertificateFile is not null && _options.Rest.CertificateKeyFile is not null;
            if (address.IsHttps && !hasCertificate)
                Wrong("Rest:CertificateFile", "and Mandate:Rest:CertificateKeyFile are required for an https address: two PEM files.");
            if (!address.IsHttps && (_options.Rest.CertificateFile ?? _options.Rest.CertificateKeyFile) is not null)
                Wrong("Rest:CertificateFile", "has no use with an http address. Listen on https, or remove it.");
            MustExist("Rest:CertificateFile", _options.Rest.CertificateFile);
            MustExist("Rest:CertificateKeyFile", _options.Rest.CertificateKeyFile);
        }
        else
        {
            Wrong("Rest:Address", problem);
        }
    }

    private void Grpc()
    {
        if (_options.Engine.Retention < TimeSpan.Zero)
            Wrong("Engine:Retention", "must not be negative; 00:00:00 keeps closed runs for good.");
        SearchAttributes();
        if (_options.Engine.MaxOpenRuns < 1)
            Wrong("Engine:MaxOpenRuns", "must be 1 or more.");
        if (_options.Engine.MaxRunMemory is < 16)
            Wrong("Engine:MaxRunMemory", "must be 16 or more: it is in MiB. Unset, it is half of what the process may use.");
        if (_options.Grpc.MaxInFlight is < 4)
            Wrong("Grpc:MaxInFlight", "must be 4 or more: it is in MiB, and one request may have 4.");
        if (_options.Grpc.Enabled && _options.Temporal.Address is null)
            Listener();
    }

    private void SearchAttributes()
    {
        for (var i = 0; i < _options.Engine.SearchAttributes.Count; i++)
        {
            var setting = $"Engine:SearchAttributes:{i}";
            if (SearchAttributeSetting.Parse(_options.Engine.SearchAttributes[i], out var problem) is not { } attribute)
                Wrong(setting, problem);
            else if (EngineOptions.RefuseSearchAttribute(attribute.Name, attribute.Type) is { } refusal)
                Wrong(setting, $"cannot be honoured. {refusal}");
            else if (_options.Engine.SearchAttributes.Take(i).Any(s => SearchAttributeSetting.Parse(s, out _)?.Name == attribute.Name))
                Wrong(setting, $"names '{attribute.Name}' again. An attribute has one type.");
        }
    }

    private void Listener()
    {
        if (!IPEndPoint.TryParse(_options.Grpc.Address, out var endPoint) || !_options.Grpc.Address.Contains(':', StringComparison.Ordinal))
            Wrong("Grpc:Address", $"'{_options.Grpc.Address}' is not an IP address with a port, such as 127.0.0.1:7233.");
        else if (!IPAddress.IsLoopback(endPoint.Address) && _options.Grpc.CertificateFile is null && !_options.Grpc.AllowRemoteClients)
            Wrong("Grpc:Address", $"'{_options.Grpc.Address}' is reachable from other machines, and callers' tokens would travel in clear. " +
                "Set Mandate:Grpc:CertificateFile and Mandate:Grpc:CertificateKeyFile, use a loopback address, or set Mandate:Grpc:AllowRemoteClients=true if the network protects them.");
        else if (!IPAddress.IsLoopback(endPoint.Address) && _options.Development.AnonymousCallers)
            Wrong("Development:AnonymousCallers", $"needs a loopback address in Mandate:Grpc:Address, not '{_options.Grpc.Address}'.");
        if (_options.Grpc.CertificateFile is null != _options.Grpc.CertificateKeyFile is null)
            Wrong("Grpc:CertificateFile", "and Mandate:Grpc:CertificateKeyFile belong together: two PEM files, or none.");
        MustExist("Grpc:CertificateFile", _options.Grpc.CertificateFile);
        MustExist("Grpc:CertificateKeyFile", _options.Grpc.CertificateKeyFile);
    }

    private void Authentication()
    {
        var authentication = _options.Authentication;
        var hasOther = authentication.Issuers.Count > 0 || authentication.ApiKeyFile is not null || authentication.ClientCertificates.AuthoritiesFile is not null;
        if (_options.Development.IdentityProvider)
        {
            if (authentication.Authority is not null)
                Wrong("Authentication:Authority", "must not be set together with Mandate:Development:IdentityProvider: the development identity provider is the authority then.");
        }
        else if (!hasOther)
        {
            Required("Authentication:Authority", authentication.Authority,
                "the address of the identity provider whose tokens callers bring (or run `mandate up --development` to have one for development)");
            Required("Authentication:Audience", authentication.Audience, "the audience that tokens for this service carry");
        }

        foreach (var (setting, issuer) in authentication.AllIssuers())
            Issuer(setting, issuer);
        ClientCertificates();
        Required("Authentication:WorkerScope", authentication.WorkerScope, "the scope that makes a token that of a worker");
        if (authentication.ClockSkew < TimeSpan.Zero || authentication.ClockSkew > TimeSpan.FromMinutes(10))
            Wrong("Authentication:ClockSkew", "must be between 00:00:00 and 00:10:00.");
        if (authentication.KeyRefreshInterval < TimeSpan.FromSeconds(1) || authentication.KeyRefreshInterval > TimeSpan.FromHours(24))
            Wrong("Authentication:KeyRefreshInterval", "must be between 00:00:01 and 1.00:00:00.");
    }

    private void Issuer(string setting, IssuerOptions issuer)
    {
        if (Required($"{setting}:Authority", issuer.Authority, "the address of the identity provider"))
            SecureAddress($"{setting}:Authority", issuer.Authority!);
        Required($"{setting}:Audience", issuer.Audience ?? _options.Authentication.Audience, "the audience that its tokens for this service carry");
        foreach (var algorithm in issuer.Algorithms.Where(a => !TokenIssuerOptions.KnownAlgorithms.Contains(a, StringComparer.Ordinal)))
            Wrong($"{setting}:Algorithms", $"'{algorithm}' is not acceptable. Choose among {string.Join(", ", TokenIssuerOptions.KnownAlgorithms)}.");
        if (issuer.UserClaims.Exists(string.IsNullOrWhiteSpace))
            Wrong($"{setting}:UserClaims", "has an empty claim name.");
        Required($"{setting}:TenantClaim", issuer.TenantClaim, "the claim that holds the tenant");
    }

    private void Codec()
    {
        if (!_options.Codec.Enabled)
            return;
        if (_options.Payloads.KeyFile is null)
            Wrong("Codec:Enabled", "needs Mandate:Payloads:KeyFile: without keys there is nothing to decode.");
        Required("Codec:Scope", _options.Codec.Scope, "the scope that lets a caller read encrypted payloads");
        foreach (var origin in _options.Codec.AllowedOrigins)
        {
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || origin != uri.GetLeftPart(UriPartial.Authority))
                Wrong("Codec:AllowedOrigins", $"'{origin}' is no origin, such as https://temporal.example.com: a scheme, a host, and a port where it is not the usual one.");
        }
    }

    private void ClientCertificates()
    {
        var certificates = _options.Authentication.ClientCertificates;
        MustExist("Authentication:ClientCertificates:AuthoritiesFile", certificates.AuthoritiesFile);
        if (certificates.AuthoritiesFile is null && certificates.Callers.Count > 0)
            Wrong("Authentication:ClientCertificates:AuthoritiesFile", "is required: the authorities that issue the certificates of the callers named.");
        for (var i = 0; i < certificates.Callers.Count; i++)
        {
            var caller = certificates.Callers[i];
            Required($"Authentication:ClientCertificates:Callers:{i}:Name", caller.Name, "the URI or DNS name in the certificate");
            Required($"Authentication:ClientCertificates:Callers:{i}:Subject", caller.Subject, "the user, or the name of the service or worker");
            if (caller.Kind is CallerKind.User)
                Required($"Authentication:ClientCertificates:Callers:{i}:Tenant", caller.Tenant, "the user's tenant");
        }
    }

    private void Development()
    {
        if (_options.Development.AnonymousCallers && _options.IsProduction)
            Wrong("Development:AnonymousCallers", $"is refused in the environment '{_options.Environment}': it lets everybody on this machine do everything. " +
                "Give workers and clients tokens, API keys or certificates, or set MANDATE_ENVIRONMENT=Development on a development machine.");
        if (!_options.Development.IdentityProvider)
            return;
        if (_options.IsProduction)
            Wrong("Development:IdentityProvider", $"is refused in the environment '{_options.Environment}': it gives a token to everybody who asks. " +
                "Set Mandate:Authentication:Authority to a real identity provider, or MANDATE_ENVIRONMENT=Development on a development machine.");
        if (!ListenAddress.TryParse(_options.Development.IdentityProviderAddress, out var address, out var problem))
            Wrong("Development:IdentityProviderAddress", problem);
        else if (!IPAddress.IsLoopback(address.EndPoint.Address) || address.IsHttps)
            Wrong("Development:IdentityProviderAddress", "must be an http address on loopback: the development identity provider is for this machine alone.");
    }

    private void Audit()
    {
        var audit = _options.Audit;
        if (audit is { ConnectionString: not null, ConnectionStringFile: not null })
            Wrong("Audit:ConnectionStringFile", "and Mandate:Audit:ConnectionString exclude each other: set one.");
        MustExist("Audit:ConnectionStringFile", audit.ConnectionStringFile);
        if (audit.BufferCapacity < 1)
            Wrong("Audit:BufferCapacity", "must be at least 1.");
        if (audit.Checkpoints.EveryEvents < 1)
            Wrong("Audit:Checkpoints:EveryEvents", "must be at least 1.");
        if (audit.Checkpoints.Every < TimeSpan.FromSeconds(1) || audit.Checkpoints.Every > TimeSpan.FromDays(1))
            Wrong("Audit:Checkpoints:Every", "must be between 00:00:01 and 1.00:00:00.");
        if (audit.Checkpoints.Address is { } address)
            SecureAddress("Audit:Checkpoints:Address", address);
        if (audit.Checkpoints.S3 is { } s3)
        {
            if (Required("Audit:Checkpoints:S3:Endpoint", s3.Endpoint, "the address of the object store"))
                SecureAddress("Audit:Checkpoints:S3:Endpoint", s3.Endpoint!);
            Required("Audit:Checkpoints:S3:Bucket", s3.Bucket, "the bucket");
            Required("Audit:Checkpoints:S3:AccessKeyId", s3.AccessKeyId, "the id of the access key");
            if (Required("Audit:Checkpoints:S3:SecretAccessKeyFile", s3.SecretAccessKeyFile, "a file with the access key's secret"))
                MustExist("Audit:Checkpoints:S3:SecretAccessKeyFile", s3.SecretAccessKeyFile);
        }

        if (audit.Streams.WebhookAddress is { } webhook)
        {
            SecureAddress("Audit:Streams:WebhookAddress", webhook);
            if (Required("Audit:Streams:WebhookKeyFile", audit.Streams.WebhookKeyFile, "a file with the key the webhook is signed with, in base64"))
                MustExist("Audit:Streams:WebhookKeyFile", audit.Streams.WebhookKeyFile);
        }

        if (audit.Streams.OtlpEndpoint is { } otlp)
            SecureAddress("Audit:Streams:OtlpEndpoint", otlp);
        if (audit.KeepFor is { } keep)
        {
            if (keep < TimeSpan.FromDays(1))
                Wrong("Audit:KeepFor", "must be at least 1.00:00:00.");
            Required("Audit:ArchiveDirectory", audit.ArchiveDirectory, "the directory events are exported to before they are removed");
        }
    }

    private void SystemPrincipal()
    {
        if (_options.Identity.AllowSystemPrincipal is not { } system)
            return;
        Required("Identity:AllowSystemPrincipal:User", system.User, "the user that runs without a signed principal act for");
        Required("Identity:AllowSystemPrincipal:Tenant", system.Tenant, "the tenant that runs without a signed principal belong to");
    }

    private void Gateway()
    {
        MustExist("Gateway:PolicyFile", _options.Gateway.PolicyFile);
        Required("Gateway:TenantAttribute", _options.Gateway.TenantAttribute, "the search attribute that holds a run's tenant");
        var temporal = _options.Temporal;
        MustExist("Temporal:AuthoritiesFile", temporal.AuthoritiesFile);
        MustExist("Temporal:ClientCertificateFile", temporal.ClientCertificateFile);
        MustExist("Temporal:ClientKeyFile", temporal.ClientKeyFile);
        MustExist("Temporal:ApiKeyFile", temporal.ApiKeyFile);
        if (temporal is { ApiKey: not null, ApiKeyFile: not null })
            Wrong("Temporal:ApiKeyFile", "and Mandate:Temporal:ApiKey exclude each other: set one.");
    }

    private void Credentials()
    {
        var credentials = _options.Credentials;
        var isSet = (credentials.TokenEndpoint ?? credentials.ClientId ?? credentials.ClientSecret ?? credentials.ClientSecretFile) is not null;
        if (!isSet)
        {
            if (_options.Services.Count > 0)
                Wrong("Credentials:TokenEndpoint", "is required, because Mandate:Services names services that want a service token.");
            return;
        }

        if (Required("Credentials:TokenEndpoint", credentials.TokenEndpoint, "the identity provider's token endpoint"))
            SecureAddress("Credentials:TokenEndpoint", credentials.TokenEndpoint!);
        Required("Credentials:ClientId", credentials.ClientId, "this service's client id");
        if (credentials.ClientSecret is null == credentials.ClientSecretFile is null)
            Wrong("Credentials:ClientSecretFile", "or Mandate:Credentials:ClientSecret is required, one of the two.");
        MustExist("Credentials:ClientSecretFile", credentials.ClientSecretFile);
    }

    private void Services()
    {
        foreach (var (name, service) in _options.Services)
        {
            if (Required($"Services:{name}:BaseAddress", service.BaseAddress, "the address of the service"))
                SecureAddress($"Services:{name}:BaseAddress", service.BaseAddress!);
            Required($"Services:{name}:Audience", service.Audience, "the audience that the service expects in a token");
        }
    }

    private void Workers()
    {
        for (var i = 0; i < _options.Workers.Count; i++)
        {
            Required($"Workers:{i}:Assembly", _options.Workers[i].Assembly, "the path of an assembly with workflows or activities");
            Required($"Workers:{i}:TaskQueue", _options.Workers[i].TaskQueue, "the task queue to poll");
            if (_options.Workers[i].MaxConcurrentActivities < 1)
                Wrong($"Workers:{i}:MaxConcurrentActivities", "must be at least 1.");
            if (_options.Workers[i].MaxConcurrentWorkflowTasks < 1)
                Wrong($"Workers:{i}:MaxConcurrentWorkflowTasks", "must be at least 1.");
            if (_options.Workers[i].StickyTimeout <= TimeSpan.Zero)
                Wrong($"Workers:{i}:StickyTimeout", "must be more than 00:00:00.");
            if (_options.Workers[i].ShutdownGrace < TimeSpan.Zero)
                Wrong($"Workers:{i}:ShutdownGrace", "must not be negative.");
        }
    }

    private void Workflows()
    {
        foreach (var (type, workflow) in _options.Workflows)
            Required($"Workflows:{type}:TaskQueue", workflow.TaskQueue, "the task queue of the worker that runs this type");
    }

    private void WorkerAuthentication()
    {
        var settings = _options.WorkerAuthentication;
        if (!settings.Enabled)
            return;
        if (_options.Temporal.Address is not { } address)
            Wrong("WorkerAuthentication:Enabled", "has no use with the embedded engine. Set Mandate:Temporal:Address to the cluster (TEMPORAL_ADDRESS), or remove it.");
        else if (!settings.AllowCleartext && IsCleartext(address))
            Wrong("Temporal:Tls", $"is required: over cleartext anybody on the way to '{address}' could read the token. Where the network is trusted, Mandate:WorkerAuthentication:AllowCleartext=true permits it.");
        if (settings.TokenEndpoint is null == settings.Authority is null)
            Wrong("WorkerAuthentication:TokenEndpoint", "or Mandate:WorkerAuthentication:Authority is required, one of the two: where tokens come from.");
        if (settings.TokenEndpoint is { } endpoint)
            SecureAddress("WorkerAuthentication:TokenEndpoint", endpoint);
        if (settings.Authority is { } authority)
            SecureAddress("WorkerAuthentication:Authority", authority);
        if (settings.Resource is { } resource && !Uri.TryCreate(resource, UriKind.Absolute, out _))
            Wrong("WorkerAuthentication:Resource", "is not an absolute address.");
        if ((_options.Temporal.ApiKey ?? _options.Temporal.ApiKeyFile) is not null)
            Wrong("Temporal:ApiKeyFile", "and Mandate:WorkerAuthentication:Enabled exclude each other: a call carries one token.");
        MustExist("WorkerAuthentication:AuthoritiesFile", settings.AuthoritiesFile);
        MustExist("WorkerAuthentication:ClientCertificateFile", settings.ClientCertificateFile);
        MustExist("WorkerAuthentication:ClientKeyFile", settings.ClientKeyFile);
    }

    private bool IsCleartext(string address)
    {
        var isTls = _options.Temporal is { Tls: true } or { AuthoritiesFile: not null } or { ClientCertificateFile: not null } or { ServerName: not null };
        var hasScheme = address.Contains("://", StringComparison.Ordinal);
        return !isTls && Uri.TryCreate(hasScheme ? address : $"http://{address}", UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttp && !uri.IsLoopback;
    }

    private bool Required(string setting, string? value, string meaning)
    {
        if (!string.IsNullOrWhiteSpace(value))
            return true;
        Wrong(setting, $"is required: {meaning}.");
        return false;
    }

    /// <summary>Tokens and keys travel on these addresses: only TLS, or a connection that does not leave the machine.</summary>
    private void SecureAddress(string setting, string value)
    {
        if (!Uri.TryCreate(value, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            Wrong(setting, "is not an absolute http(s) address.");
        else if (uri.UserInfo.Length > 0)
            Wrong(setting, "must not contain a user name or password.");
        else if (uri.Scheme == "http" && !uri.IsLoopback)
            Wrong(setting, $"'{uri.Host}' must be reached by https: http is accepted for loopback only.");
    }

    private void MustExist(string setting, string? file)
    {
        if (file is not null && !File.Exists(file))
            Wrong(setting, $"names the file '{file}', which does not exist.");
    }

    private void Wrong(string setting, string what) => _errors.Add($"{MandateOptions.Section}:{setting} {what}");

    private void Throw()
    {
        if (_errors.Count > 0)
            throw new ConfigurationException(_errors);
    }
}
