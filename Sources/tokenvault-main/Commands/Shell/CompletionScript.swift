import ArgumentParser
import Console

/// The completion scripts for shells.
enum CompletionScript {
    static let shells: [String: CompletionShell] = ["bash": .bash, "zsh": .zsh, "fish": .fish]

    /// Returns the script for a shell.
    static func text(for shell: CompletionShell) -> String {
        let script = Tokenvault.completionScript(for: shell) + "\n"
        switch shell {
        case .bash:
            return script.replacing(
                "-F _tokenvault tokenvault", with: "-F __tokenvault_whole_words tokenvault"
            )
            .replacing("\ncomplete -o filenames", with: "\n\(wholeWords)\ncomplete -o filenames")
        case .zsh: return withJoinedValues(script)
        default: return script
        }
    }

    /// Returns the zsh script, changed so that it completes values after an equals sign too.
    private static func withJoinedValues(_ script: String) -> String {
        script.replacing(/(?<option>\n +'\*?--[a-z-]+)(?<rest>\[[^\n]*\]:)/) {
            "\($0.option)=\($0.rest)"
        }
    }

    /// A bash function that completes words with colons and equals signs.
    ///
    /// Bash splits words at these characters, which are part of references and assignments. The
    /// function joins the parts again, and removes from the candidates what bash already has.
    private static let wholeWords = #"""
        __tokenvault_whole_words() {
            local rest="${COMP_LINE}" blanks word cur prev broken
            local -a whole=()
            local -i index start=0 current=0
            for ((index = 0; index < ${#COMP_WORDS[@]}; index++)); do
                word="${COMP_WORDS[index]}"
                blanks="${rest%%[![:space:]]*}"
                rest="${rest#"${blanks}"}"
                if [[ ${#whole[@]} -gt 0 && -z "${blanks}" ]]; then
                    whole[${#whole[@]} - 1]+="${word}"
                else
                    whole+=("${word}")
                    ((index > COMP_CWORD)) || start=$((${#COMP_LINE} - ${#rest}))
                fi
                ((index == COMP_CWORD)) && current=$((${#whole[@]} - 1))
                rest="${rest#"${word}"}"
            done
            cur="${COMP_LINE:start:COMP_POINT-start}"
            prev="${whole[current > 0 ? current - 1 : 0]}"
            local -a COMP_WORDS=("${whole[@]}")
            local -i COMP_CWORD=current
            _tokenvault "${1}" "${cur}" "${prev}"
            if [[ "${COMPREPLY[0]-}" == *([^/]):* ]]; then
                compopt +o filenames 2>/dev/null
            fi
            broken="${cur%"${cur##*[:=]}"}"
            if [[ -n "${broken}" && "${COMP_WORDBREAKS}" == *:* ]]; then
                COMPREPLY=("${COMPREPLY[@]#"${broken}"}")
            fi
        }
        """#
}
