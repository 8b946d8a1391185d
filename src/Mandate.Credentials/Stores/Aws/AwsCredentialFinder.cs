using System.Globalization;
using System.Net;
using System.Xml;
using System.Xml.Linq;
using Mandate.Credentials.Json;

namespace Mandate.Credentials.Stores.Aws;

/// <summary>Finds out as whom this process calls AWS, from what its environment offers; keys that expire are renewed five minutes before.</summary>
internal sealed class AwsCredentialFinder(AwsSecretsManagerOptions options, StoreHttp http, TimeProvider time)
{
    private static readonly TimeSpan RenewBefore = TimeSpan.FromMinutes(5);

    private readonly Func<string, string?> _variable = options.Variables ?? Environment.GetEnvironmentVariable;
    private volatile AwsCredentials? _known;

    /// <exception cref="SecretStoreException">There are none, or who gives them cannot be reached.</exception>
    public async Task<AwsCredentials> GetAsync(CancellationToken cancellation)
    {
        if (Read("AWS_ACCESS_KEY_ID") is { } id && Read("AWS_SECRET_ACCESS_KEY") is { } key)
            return new(id, new Secret(key), Read("AWS_SESSION_TOKEN") is { } session ? new Secret(session) : null);
        if (_known is { } known && time.GetUtcNow() < known.Expires - RenewBefore)
            return known;
        if (ContainerAddress() is { } address)
            return _known = await OfContainerAsync(address, cancellation).ConfigureAwait(false);
        if (Read("AWS_ROLE_ARN") is { } role && Read("AWS_WEB_IDENTITY_TOKEN_FILE") is { } file)
            return _known = await OfWebIdentityAsync(role, file, cancellation).ConfigureAwait(false);
        throw new SecretStoreException(
            "there are no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the container a role (ECS task role, EKS pod identity or service account)", isTransient: false);
    }

    private string? Read(string name) => _variable(name) is { Length: > 0 } value ? value : null;

    private Uri? ContainerAddress() =>
        Read("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") is { } relative ? new Uri(new Uri("http://169.254.170.2"), relative)
        : Read("AWS_CONTAINER_CREDENTIALS_FULL_URI") is { } full && Uri.TryCreate(full, UriKind.Absolute, out var address) && IsOfContainer(address) ? address
        : null;

    /// <summary>The agents of ECS and EKS have fixed link-local addresses; keys are taken in clear from them and from this machine alone.</summary>
    private static bool IsOfContainer(Uri address) =>
        address.Scheme == Uri.UriSchemeHttps || address.IsLoopback || address.Host is "169.254.170.2" or "169.254.170.23" or "[fd00:ec2::23]";

    private async Task<AwsCredentials> OfContainerAsync(Uri address, CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        var token = Read("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") is { } file ? await FileAsync(file, cancellation).ConfigureAwait(false) : Read("AWS_CONTAINER_AUTHORIZATION_TOKEN");
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", token);
        var (status, body) = await http.SendAsync(request, cancellation).ConfigureAwait(false);
        if (status is not HttpStatusCode.OK)
            throw new SecretStoreException($"the container's credentials agent answered {(int)status}", StoreHttp.IsTransient(status));
        using var document = JsonBody.Parse(body) ?? throw NotUsable();
        return Create(name => JsonBody.Text(document.RootElement, name), "Token");
    }

    private async Task<AwsCredentials> OfWebIdentityAsync(string role, string file, CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, options.TokenServiceEndpoint ?? new Uri($"https://sts.{options.Region}.amazonaws.com/"))
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["Action"] = "AssumeRoleWithWebIdentity",
                ["Version"] = "2011-06-15",
                ["RoleArn"] = role,
                ["RoleSessionName"] = Read("AWS_ROLE_SESSION_NAME") ?? "mandate",
                ["WebIdentityToken"] = await FileAsync(file, cancellation).ConfigureAwait(false),
            }),
        };
        var (status, body) = await http.SendAsync(request, cancellation).ConfigureAwait(false);
        if (status is not HttpStatusCode.OK)
            throw new SecretStoreException($"AWS answered {(int)status} to the web identity; check the role's trust policy", StoreHttp.IsTransient(status));
        try
        {
            var answer = XDocument.Load(new MemoryStream(body));
            var given = answer.Descendants().FirstOrDefault(e => e.Name.LocalName == "Credentials");
            return Create(name => given?.Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value, "SessionToken");
        }
        catch (XmlException)
        {
            throw NotUsable();
        }
    }

    private static AwsCredentials Create(Func<string, string?> value, string sessionName)
    {
        if (value("AccessKeyId") is not { Length: > 0 } id
            || value("SecretAccessKey") is not { Length: > 0 } key
            || value(sessionName) is not { Length: > 0 } session
            || !DateTimeOffset.TryParse(value("Expiration"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var expires))
        {
            throw NotUsable();
        }

        return new(id, new Secret(key), new Secret(session), expires);
    }

    private static SecretStoreException NotUsable() => new("what gives AWS credentials answers something else", isTransient: false);

    private static async Task<string> FileAsync(string file, CancellationToken cancellation)
    {
        try
        {
            return (await File.ReadAllTextAsync(file, cancellation).ConfigureAwait(false)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SecretStoreException($"the AWS token file '{file}' cannot be read", isTransient: true, e);
        }
    }
}
