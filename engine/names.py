"""Which names a node may bear: they become attributes of a PyTorch module and words of a Python script."""

import keyword
import re

RESERVED = frozenset(
    """
    add_module add_submodule apply bfloat16 buffers call_super_init children code compile cpu cuda
    delete_all_unused_submodules delete_submodule double dump_patches eval extra_repr float forward
    get_buffer get_extra_state get_parameter get_submodule graph half ipu load_state_dict meta
    modules mtia named_buffers named_children named_modules named_parameters parameters
    print_readable recompile register_backward_hook register_buffer register_forward_hook
    register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook
    register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module
    register_parameter register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ self
    set_extra_state set_submodule shape_env share_memory state_dict to to_empty to_folder train
    training type xpu zero_grad
    """.split()
)
"""Names that a PyTorch module needs for itself."""


def name_refusal(name: str) -> str | None:
    """Why no layer can bear this name; None if one can."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name):
        return (
            "A name is at most 40 small letters, digits and underscores, and begins with a letter."
        )
    if keyword.iskeyword(name) or name in RESERVED:
        return f"“{name}” means something to Python or PyTorch. Choose another name."
    return None
