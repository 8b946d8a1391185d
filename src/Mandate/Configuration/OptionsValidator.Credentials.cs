using Mandate.Credentials;
using Mandate.Credentials.Vault;

namespace Mandate.Configuration;

/// <content>What holds or fetches credentials.</content>
internal sealed partial class OptionsValidator
{
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
}
