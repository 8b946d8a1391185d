using System.Reflection;
using Mandate.Credentials.Vault;

namespace Mandate.Stateful.Tests.Harness;

/// <summary>Stands before an authority and refuses what the test names.</summary>
public class AuthorityFaults : DispatchProxy
{
    private IApiTokenAuthority _inner = null!;
    private Func<string?> _refused = null!;

    public static IApiTokenAuthority Before(IApiTokenAuthority inner, Func<string?> refused)
    {
        var proxy = Create<IApiTokenAuthority, AuthorityFaults>();
        ((AuthorityFaults)(object)proxy)._inner = inner;
        ((AuthorityFaults)(object)proxy)._refused = refused;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name == _refused()
        ? throw new CredentialException(CredentialErrorKind.NotConfigured, "Refused by the test.")
        : targetMethod.Invoke(_inner, args);
}
